"""A shop: its products, and ordering one of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import CheckConstraint, Engine, ForeignKey, Numeric, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (CheckConstraint("stock >= 0"), CheckConstraint("price > 0"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    stock: Mapped[int]


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    placed_at: Mapped[dt.datetime]


@cache
def the_engine() -> Engine:
    """The application's own engine, made with the first request."""
    return create_engine(os.environ["DATABASE_URL"])


def get_session() -> Iterator[Session]:
    with Session(the_engine()) as session:
        yield session


Database = Annotated[Session, Depends(get_session)]
app = FastAPI()


@app.get("/orders/count")
def count_orders(session: Database) -> int:
    return session.scalar(select(func.count()).select_from(Order)) or 0


@app.post("/products/{product_id}/orders", status_code=201)
def order(product_id: int, session: Database) -> dict[str, int]:
    product = session.get(Product, product_id)
    if product is None:
        raise HTTPException(404, "no such product")
    product.stock += 1
    placed = Order(product_id=product_id, placed_at=dt.datetime(2026, 1, 1, 12))
    session.add(placed)
    session.commit()
    return {"id": placed.id}


@app.delete("/orders")
def forget_orders(session: Database) -> None:
    session.query(Order).delete()
    session.commit()
