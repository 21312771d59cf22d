"""ListMedia, SearchMedia, categories and tags, as old and new clients call them."""

import json
from typing import Any

import pytest
from alibabacloud_mts20140618 import models as m
from aliyunsdkcore.acs_exception.exceptions import ServerException

from contract.conftest import Name, Site, site_on_each

site = site_on_each


@pytest.fixture
def films(site: Site, name: Name) -> tuple[str, list[str]]:
    """Five media of a bucket of their own; (a word that only they have, ids oldest first)."""
    sdk, bucket = site.new_sdk(), name("in")
    word = "w" + "".join("abcdefghij"[int(d)] for d in bucket.split("-")[1])
    sdk.bind_input_bucket(m.BindInputBucketRequest(bucket=bucket))
    ids = []
    for i in range(5):
        path = site.folder(bucket).path("x").parent / f"{i}.mp4"
        path.write_bytes(b"x")
        request = m.AddMediaRequest(
            file_url=f"{site.url}/{bucket}/{i}.mp4",
            title=f"{word} part {i}",
            tags=f"odd{word}" if i % 2 else f"even{word}",
            cate_id=7000 + i,
        )
        ids.append(sdk.add_media(request).body.media.media_id)
    return word, ids


def _ids(answer: dict[str, Any]) -> list[str]:
    return [media["MediaId"] for media in answer["MediaList"]["Media"]]


def test_search_media_filters_sorts_and_numbers_its_pages(site: Site, films: tuple[str, list[str]]) -> None:
    word, ids = films
    first = site.old_call("SearchMedia", Title=word, PageSize="2")
    assert _ids(first) == [ids[4], ids[3]] and (
        first["TotalNum"],
        first["TotalCount"],
        first["PageNumber"],
        first["PageSize"],
    ) == (5, 5, 1, 2)
    assert first["TotalIsAtLeast"] is False and first["MediaList"]["Media"][0]["Title"] == f"{word} part 4"
    assert _ids(site.old_call("SearchMedia", Title=word, PageSize="2", PageNumber="3")) == [ids[0]]
    assert _ids(site.old_call("SearchMedia", Title=word, SortBy="CreationTime:Asc")) == ids
    assert _ids(site.old_call("SearchMedia", Tag=f"odd{word}")) == [ids[3], ids[1]]
    assert _ids(site.old_call("SearchMedia", Tag=f"odd{word},even{word}", CateId="7000,7003")) == [ids[3], ids[0]]
    assert _ids(site.old_call("SearchMedia", KeyWord=f"{word} 2,odd{word} 1")) == [ids[2], ids[1]]
    assert _ids(site.old_call("SearchMedia", Title=word, PublishState="Published,Deleted")) == []
    assert _ids(site.old_call("SearchMedia", Title=word, To="2020-01-01T00:00:00Z")) == []


def test_tokens_go_through_a_search_in_both_directions(site: Site, films: tuple[str, list[str]]) -> None:
    word, ids = films
    for sort, wanted in (("CreationTime:Desc", ids[::-1]), ("CreationTime:Asc", ids)):
        seen: list[str] = []
        more: dict[str, Any] = {}
        while True:
            answer = site.old_call("SearchMedia", Title=word, PageSize="2", SortBy=sort, **more)
            seen += _ids(answer)
            if not answer.get("NextPageToken"):
                break
            more = {"NextPageToken": answer["NextPageToken"]}
        assert seen == wanted


def test_pages_reach_to_the_ten_thousandth_row(site: Site) -> None:
    with pytest.raises(ServerException) as error:
        site.old_call("SearchMedia", PageNumber="101", PageSize="100")
    assert error.value.get_error_code() == "InvalidParameter.OutOfRange"


def test_list_media_is_newest_first_and_goes_on_by_token(site: Site, films: tuple[str, list[str]]) -> None:
    word, ids = films
    first = site.old_call("ListMedia", MaximumPageSize="3")
    assert _ids(first) == ids[:1:-1]
    assert _ids(site.old_call("ListMedia", MaximumPageSize="2", NextPageToken=first["NextPageToken"])) == ids[1::-1]
    assert (
        _ids(site.old_call("ListMedia", To="2020-01-01T00:00:00Z")) == []
        and _ids(site.old_call("ListMedia", key="LTAIbob")) == []
    )
    site.new_sdk().delete_media(m.DeleteMediaRequest(media_ids=ids[4]))
    assert _ids(site.old_call("ListMedia", MaximumPageSize="1")) == [ids[3]]
    assert _ids(site.old_call("SearchMedia", Title=word, PublishState="Deleted")) == [ids[4]]


def test_tags_and_category_of_a_media(site: Site, films: tuple[str, list[str]]) -> None:
    word, ids = films
    sdk = site.new_sdk()
    for tag in ("new", "new", "other"):
        sdk.add_media_tag(m.AddMediaTagRequest(media_id=ids[0], tag=tag))
    sdk.delete_media_tag(m.DeleteMediaTagRequest(media_id=ids[0], tag="other"))
    sdk.delete_media_tag(m.DeleteMediaTagRequest(media_id=ids[0], tag="never had"))
    sdk.update_media_category(m.UpdateMediaCategoryRequest(media_id=ids[0], cate_id=77))
    media = sdk.query_media_list(m.QueryMediaListRequest(media_ids=ids[0])).body.media_list.media[0]
    assert (media.tags.tag, media.cate_id) == ([f"even{word}", "new"], 77)
    for i in range(14):
        sdk.add_media_tag(m.AddMediaTagRequest(media_id=ids[0], tag=f"t{i}"))
    for tag, code in (
        ("one more", "InvalidParameter.ListSizeExceed"),
        ("a,b", "InvalidParameter.Format"),
        ("x" * 33, "InvalidParameter.OutOfRange"),
    ):
        with pytest.raises(Exception, match=code):
            sdk.add_media_tag(m.AddMediaTagRequest(media_id=ids[0], tag=tag))
    with pytest.raises(Exception, match=r"InvalidParameter\.ResourceNotFound"):
        sdk.add_media_tag(m.AddMediaTagRequest(media_id="0" * 32, tag="t"))


def test_categories_make_a_tree(site: Site, name: Name) -> None:
    top, below = name("top"), name("below")
    made = site.old_call("AddCategory", CateName=top)["Category"]
    assert (made["ParentId"], made["Level"], made["CateName"]) == (-1, 0, top)
    child = site.old_call("AddCategory", CateName=below, ParentId=str(made["CateId"]))["Category"]
    assert (child["ParentId"], child["Level"]) == (made["CateId"], 1)
    site.old_call("UpdateCategoryName", CateId=str(child["CateId"]), CateName=below + "2")
    listed = site.old_call("ListAllCategory")["CategoryList"]["Category"]
    assert [c["CateName"] for c in listed if c["CateId"] in (made["CateId"], child["CateId"])] == [top, below + "2"]
    tree = json.loads(site.old_call("CategoryTree")["CategoryTree"])
    assert next(c for c in tree if c["CateId"] == made["CateId"])["Children"][0]["CateName"] == below + "2"
    assert site.old_call("ListAllCategory", key="LTAIbob")["CategoryList"]["Category"] == []
    for action, values in (
        ("AddCategory", {"CateName": top}),
        ("AddCategory", {"CateName": "x", "ParentId": "999999"}),
        ("DeleteCategory", {"CateId": "999999"}),
    ):
        with pytest.raises(ServerException):
            site.old_call(action, **values)
    with pytest.raises(ServerException):
        site.old_call("DeleteCategory", key="LTAIbob", CateId=str(made["CateId"]))
    site.old_call("DeleteCategory", CateId=str(made["CateId"]))
    assert not {made["CateId"], child["CateId"]} & {
        c["CateId"] for c in site.old_call("ListAllCategory")["CategoryList"]["Category"]
    }


def test_a_key_word_also_finds_media_by_the_name_of_their_category(
    site: Site, films: tuple[str, list[str]], name: Name
) -> None:
    _, ids = films
    category = site.old_call("AddCategory", CateName=name("Reportage"))["Category"]
    site.new_sdk().update_media_category(m.UpdateMediaCategoryRequest(media_id=ids[2], cate_id=category["CateId"]))
    assert _ids(site.old_call("SearchMedia", KeyWord=category["CateName"].lower())) == [ids[2]]
    assert site.old_call("SearchMedia", CateId=str(category["CateId"]))["TotalNum"] == 1
