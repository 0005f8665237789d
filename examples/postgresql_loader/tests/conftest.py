from __future__ import annotations

from pytest_postgresql import factories

from pytest_misata import misata_loader

seeded_server = factories.postgresql_noproc(load=[misata_loader(story="A SaaS company with 50 users", seed=42)])
database = factories.postgresql("seeded_server")
