"""Published packages with SQLAlchemy models that nobody here wrote: what to install, and where their metadata is."""

from __future__ import annotations

import os
import pkgutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Package:
    """A package, what it needs besides for its models to be imported, and how they are."""

    name: str
    metadata: Callable[[], Any]
    needs: tuple[str, ...] = ()
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    """Where its tables can be made: PostgreSQL refuses keys between types that differ, and a type by a table's name."""


def _of(path: str, *, after: tuple[str, ...] = ()) -> Callable[[], Any]:
    """The object that a path such as `package.module:Base.metadata` names, once other modules are imported."""

    def read() -> Any:
        for name in after:
            import_module(name)
        module, _, names = path.partition(":")
        found: Any = import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
        return found

    return read


def _keystone() -> Any:
    """Every driver brings tables of its own, in a module called `backends.sql`, `role_backends.sql` ...."""
    package = import_module("keystone")
    for found in pkgutil.walk_packages(package.__path__, "keystone."):
        if "backends.sql" in found.name and ".tests." not in found.name:
            import_module(found.name)
    return import_module("keystone.common.sql").ModelBase.metadata


def _rucio() -> Any:
    """Rucio reads a configuration file when it is imported."""
    folder = Path(tempfile.mkdtemp(prefix="misata_rucio_"))
    (folder / "etc").mkdir()
    (folder / "etc" / "rucio.cfg").write_text(f"[database]\ndefault = sqlite:///{folder / 'unused.db'}\n")
    os.environ["RUCIO_HOME"] = str(folder)
    return import_module("rucio.db.sqla.models").BASE.metadata


def _neutron() -> Any:
    return import_module("neutron.db.migration.models.head").get_metadata()


def _airflow() -> Any:
    """Airflow writes its settings into a folder when it is imported, and imports its models when asked."""
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="misata_airflow_")
    import_module("airflow.models").import_all_models()
    return import_module("airflow.models.base").Base.metadata


_AIIDA = tuple(
    f"aiida.storage.psql_dos.models.{name}"
    for name in ("authinfo", "comment", "computer", "group", "log", "node", "settings", "user")
)

PACKAGES = {
    package.name: package
    for package in (
        Package("optuna", _of("optuna.storages._rdb.models:BaseModel.metadata")),
        Package("keystone", _keystone),
        Package("neutron", _neutron),
        Package("prefect", _of("prefect.server.database.orm_models:Base.metadata")),
        Package(
            "mlflow-skinny",
            _of(
                "mlflow.store.db.base_sql_model:Base.metadata",
                after=("mlflow.store.tracking.dbmodels.models", "mlflow.store.model_registry.dbmodels.models"),
            ),
            ("sqlalchemy", "alembic"),
        ),
        Package("galaxy-data", _of("galaxy.model:mapper_registry.metadata")),
        Package("rucio", _rucio, ("jsonschema",)),
        Package("aiida-core", _of("aiida.storage.psql_dos.models.base:Base.metadata", after=_AIIDA)),
        Package("apache-airflow", _airflow),
        Package("buildbot", _of("buildbot.db.model:Model.metadata")),
        Package("cinder", _of("cinder.db.models:BASE.metadata")),
        Package("dagster", _of("dagster._core.storage.event_log.schema:SqlEventLogStorageMetadata")),
        Package("flask-appbuilder", _of("flask_appbuilder.security.sqla.models:Model.metadata")),
        Package("jupyterhub", _of("jupyterhub.orm:Base.metadata")),
        Package("nova", _of("nova.db.main.models:BASE.metadata")),
        Package("glance", _of("glance.db.sqlalchemy.models:BASE.metadata")),
        Package("manila", _of("manila.db.sqlalchemy.models:BASE.metadata"), databases=("sqlite",)),
        Package("ironic", _of("ironic.db.sqlalchemy.models:Base.metadata")),
        Package("octavia", _of("octavia.db.base_models:BASE.metadata", after=("octavia.db.models",))),
        Package("barbican", _of("barbican.model.models:BASE.metadata")),
        Package("magnum", _of("magnum.db.sqlalchemy.models:Base.metadata")),
        Package("designate", _of("designate.storage.sqlalchemy.tables:metadata"), databases=("sqlite",)),
        Package("openstack-placement", _of("placement.db.sqlalchemy.models:BASE.metadata")),
        Package("openstack-heat", _of("heat.db.models:BASE.metadata")),
        Package("privacyidea", _of("privacyidea.models:db.metadata")),
    )
}
