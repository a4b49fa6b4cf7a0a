"""Django, with the fields, the indexes and the migration operation of package pgvector."""
import os

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
                           "USER": os.environ["PGUSER"], "HOST": os.environ["PGHOST"],
                           "PORT": os.environ["PGPORT"]}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()

from django.db import connection, migrations, models  # noqa: E402
from django.db.migrations.autodetector import MigrationAutodetector  # noqa: E402
from django.db.migrations.state import ModelState, ProjectState  # noqa: E402
from pgvector.django import (BitField, CosineDistance, HalfVectorField, HammingDistance, HnswIndex,  # noqa: E402
                             JaccardDistance, L1Distance, L2Distance, MaxInnerProduct, SparseVectorField,
                             VectorExtension, VectorField)

from items import TYPES, typed  # noqa: E402

TITLE, PACKAGES, FORMATS = "Django", ("Django", "pgvector"), "text"

DISTANCES = {"<->": L2Distance, "<#>": MaxInnerProduct, "<=>": CosineDistance, "<+>": L1Distance,
             "<~>": HammingDistance, "<%>": JaccardDistance}


class Item(models.Model):
    id = models.IntegerField(primary_key=True)
    embedding = VectorField(dimensions=3)
    half = HalfVectorField(dimensions=3)
    sparse = SparseVectorField(dimensions=3)
    bits = BitField(length=3)

    class Meta:
        app_label = "shop"
        db_table = "items"
        indexes = [HnswIndex(name="items_embedding", fields=["embedding"], m=8, ef_construction=32,
                             opclasses=["vector_l2_ops"])]


class Extension(migrations.Migration):
    operations = [VectorExtension()]


class Items(migrations.Migration):
    operations = [migrations.CreateModel(
        name="Item", fields=[(field.name, field.clone()) for field in Item._meta.local_fields],
        options={"db_table": "items", "indexes": list(Item._meta.indexes)})]


class Client:
    """The state that the migrations done so far lead to."""
    state = ProjectState()


def open():
    return Client()


def run(c, name, migration):
    with connection.schema_editor() as editor:
        c.state = migration(name, "shop").apply(c.state, editor)


def extension(c):
    run(c, "0001", Extension)


def migrate(c):
    """Runs what the autodetector finds: nothing, once the table is as the model says."""
    wanted = ProjectState()
    wanted.add_model(ModelState.from_model(Item))
    changes = MigrationAutodetector(c.state, wanted)._detect_changes()
    if changes:
        run(c, "0002", Items)
    return [operation for migration in changes.get("shop", ()) for operation in migration.operations]


def insert(c, rows):
    Item.objects.bulk_create([Item(**typed(row)) for row in rows])


def nearest(c, column, op, to):
    distance = DISTANCES[op](column, TYPES.get(column, str)(to))
    return Item.objects.order_by(distance)[:5].values_list("id", flat=True)


def read(c):
    return list(Item.objects.order_by("id").values())


def close(c):
    connection.close()
