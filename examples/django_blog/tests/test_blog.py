from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import F

from blog.models import Post, Review, Tag

pytestmark = pytest.mark.django_db


def test_the_story_sizes_the_tables(django_db_setup):
    assert (User.objects.count(), Post.objects.count(), Tag.objects.count()) == (40, 200, 12)
    assert Review.objects.count() == 300
    assert django_db_setup.table_rows["auth_user"] == 40


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_deletion_is_undone_after_the_test(attempt):
    assert Post.objects.count() == 200
    User.objects.all().delete()
    assert Post.objects.count() == 0


def test_every_row_is_valid_to_django():
    for thing in (*User.objects.all(), *Post.objects.all(), *Review.objects.all()):
        thing.full_clean(validate_unique=False)


def test_nothing_is_published_before_it_is_written():
    assert Post.objects.filter(published_at__isnull=False).exists()
    assert not Post.objects.filter(published_at__lt=F("created_at")).exists()


def test_rows_of_the_migrations_are_kept():
    assert Permission.objects.filter(content_type__app_label="blog").count() == 12


def test_a_new_row_gets_a_free_number():
    tag = Tag.objects.create(name="a tag of this test")
    assert tag.pk == 13
