"""Both official Python SDKs behind one face, and what their own classes say about fields: nothing is listed by hand, so
nothing is forgotten."""

import importlib
import inspect
import json
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from alibabacloud_mts20140618 import models
from alibabacloud_mts20140618.client import Client
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient

from reelmill.api import ops

_INNER = re.compile(r"(?:models\.)(\w+)")


class Refusal(Exception):
    """What an SDK raised for an error answer: its Code, Message and HTTP status."""

    def __init__(self, code: str, message: str, status: int):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


_PATIENCE = 60  # seconds; the machine of a test may be busy with others


class NewSdk:
    """alibabacloud_mts20140618: models of requests and of answers."""

    name = "new"

    def __init__(self, port: int, key: str, secret: str, region: str, **config: Any):
        self._client = Client(
            Config(
                access_key_id=key,
                access_key_secret=secret,
                endpoint=f"127.0.0.1:{port}",
                protocol="http",
                region_id=region,
                **{"read_timeout": _PATIENCE * 1000, "connect_timeout": _PATIENCE * 1000} | config,
            )
        )

    @staticmethod
    def fields(action: str) -> set[str]:
        """Wire names of everything that a request of this operation can hold."""
        return {wire for _, wire, _ in _members(getattr(models, f"{action}Request"))}

    def call(self, action: str, **values: Any) -> dict[str, Any]:
        """The answer as its models read it: what they do not know is not in it."""
        request = getattr(models, f"{action}Request")().from_map(values)
        lost = sorted(set(values) - set(request.to_map()))
        assert not lost, f"the SDK cannot send {lost}"
        try:
            return dict(getattr(self._client, _method(action))(request).body.to_map())
        except Exception as error:
            data = getattr(error, "data", None)
            if not isinstance(data, dict) or "RequestId" not in data:
                raise
            raise Refusal(data["Code"], data["Message"], data.get("statusCode", 0)) from error


class OldSdk:
    """aliyun-python-sdk-mts: requests have setters, answers are bytes."""

    name = "old"

    def __init__(self, port: int, key: str, secret: str, region: str, method: str = "POST", form: str = "JSON"):
        self._endpoint, self._client = (
            f"127.0.0.1:{port}",
            AcsClient(key, secret, region, connect_timeout=_PATIENCE, timeout=_PATIENCE),
        )
        self._method, self._form = method, form

    @staticmethod
    def fields(action: str) -> set[str]:
        return {name[4:] for name in vars(_old_request(action)) if name.startswith("set_")}

    def call(self, action: str, **values: Any) -> dict[str, Any]:
        request = _old_request(action)()
        request.set_endpoint(self._endpoint)
        request.set_accept_format(self._form)
        request.set_method(self._method)
        for name, value in values.items():
            getattr(request, f"set_{name}")(value)
        try:
            # this call's successor asks for JSON whatever was set; what it answers is the body as it came
            if self._form == "XML":
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)
                    return {"XML": self._client.do_action(request)}
            return dict(json.loads(self._client.do_action_with_exception(request)))
        except ServerException as error:
            assert error.get_request_id()
            raise Refusal(error.get_error_code(), error.get_error_msg(), error.get_http_status()) from error


SDKS = (NewSdk, OldSdk)


def built() -> list[str]:
    """Operations that this server does and the SDKs have."""
    return sorted(name for name in ops.registered() if hasattr(models, f"{name}Request"))


def readable(action: str) -> set[str]:
    """Paths of everything that the new SDK can read in an answer, `MediaList.Media[].File.URL`. The older one reads
    whatever comes."""
    return set(_paths(getattr(models, f"{action}ResponseBody"), ""))


def filled(value: Any, path: str = "") -> Iterator[str]:
    """Paths of everything that an answer holds."""
    if isinstance(value, dict):
        if value and path:
            yield path
        for name, inner in value.items():
            yield from filled(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from filled(inner, f"{path}[]")
    elif value is not None:
        yield path


def _paths(model: type, path: str) -> Iterator[str]:
    for inner, wire, several in _members(model):
        here = (f"{path}.{wire}" if path else wire) + ("[]" if several else "")
        if inner is None:
            yield here
        else:
            yield from _paths(inner, here)


@cache
def _members(model: type) -> list[tuple[type | None, str, bool]]:
    """(model of its value or None, wire name, whether it is a list) of each attribute."""
    found = []
    for name, parameter in inspect.signature(model).parameters.items():
        if name == "self":
            continue
        told = str(parameter.annotation)
        word = _INNER.search(told)
        inner = getattr(models, word[1]) if word else None
        several = told.startswith("List[")
        sample: Any = [] if several else inner() if inner else {} if told.startswith("Dict") else 1
        told_as = model(**{name: sample}).to_map()  # lists of others may stand in it as well
        found.append(
            (inner, next((k for k in told_as if k.lower() == name.replace("_", "")), next(iter(told_as))), several)
        )
    return found


@cache
def _method(action: str) -> str:
    return next(name for name in dir(Client) if name.replace("_", "") == action.lower())


@cache
def _old_request(action: str) -> Any:
    return getattr(importlib.import_module(f"aliyunsdkmts.request.v20140618.{action}Request"), f"{action}Request")
