"""The texts there are of a sort, from data files, before any column draws from them."""
