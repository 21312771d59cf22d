"""Templates of the Resource Orchestration Service: ALIYUN::MPS::Pipeline and ALIYUN::MPS::MediaWorkflow -> resources.
Pure."""

import re
from collections.abc import Mapping
from typing import Any

from reelmill.cli.apply.resources import FileFault, Resource, by_name, marked, resource
from reelmill.core import jsonx

_KINDS = {"ALIYUN::MPS::Pipeline": "Pipeline", "ALIYUN::MPS::MediaWorkflow": "Workflow"}
_IDS = {"Pipeline": "PipelineId", "Workflow": "MediaWorkflowId"}
_WITHOUT_EFFECT = {"Type", "Properties", "DependsOn", "Metadata", "DeletionPolicy"}
_FUNCTIONS = "Ref, Fn::GetAtt, Fn::Join and Fn::Sub"


def is_template(document: Any) -> bool:
    return isinstance(document, dict) and ("ROSTemplateFormatVersion" in document or "Resources" in document)


def resources(document: Mapping[str, Any], place: str) -> list[Resource]:
    """The resources of a template, with what refers to another one by its name. FileFault for what is not known here:
    nothing is left out in silence."""
    found = document.get("Resources")
    if not isinstance(found, dict):
        raise FileFault(f"{place}: Resources must be a mapping.")
    if strange := sorted({"Conditions", "Mappings"} & document.keys()):
        raise FileFault(f"{place}: {strange[0]} are not known here.")
    kinds = {label: _kind(label, one, place) for label, one in found.items()}
    for label, one in found.items():
        before = one.get("DependsOn") or []
        for other in before if isinstance(before, list) else [before]:
            if not isinstance(other, str) or other not in found:
                raise FileFault(f"{place}: {label}: DependsOn: {other} is no resource of this template.")
    scope = _Scope(place, document.get("Parameters") or {}, found, kinds)
    return [_resource(scope, label, one, kinds[label]) for label, one in found.items()]


def _kind(label: str, one: Any, place: str) -> str:
    kind = one.get("Type") if isinstance(one, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise FileFault(f"{place}: {label}: resources of the type {kind} are not known here; {', '.join(_KINDS)} are.")
    if unknown := sorted(set(one) - _WITHOUT_EFFECT):
        raise FileFault(f"{place}: {label}: {unknown[0]} is not known here.")
    return _KINDS[kind]


def _resource(scope: "_Scope", label: str, one: Mapping[str, Any], kind: str) -> Resource:
    properties = scope.value(one.get("Properties") or {})
    topology = properties.get("Topology") if isinstance(properties, dict) else None
    if topology is not None:
        properties = {**properties, "Topology": by_name(topology, {})}
    return resource(kind, properties, f"{scope.place}: {label}")


class _Scope:
    """What names mean in one template."""

    def __init__(self, place: str, parameters: Any, found: Mapping[str, Any], kinds: Mapping[str, str]):
        self.place, self._parameters, self._found, self._kinds = place, parameters, found, kinds
        self._asked = set[str]()  # resources whose name is looked for in this moment

    def value(self, value: Any) -> Any:
        """With its functions done."""
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        name = next(iter(value), "")
        if len(value) == 1 and name == "Ref":
            return _opened(self._ref(value["Ref"]))
        if len(value) == 1 and name.startswith("Fn::"):
            return _opened(self._function(name, value[name]))
        return {key: self.value(inner) for key, inner in value.items()}

    def _function(self, name: str, given: Any) -> str:
        if name == "Fn::GetAtt" and isinstance(given, list) and len(given) == 2:
            return self._attribute(str(given[0]), str(given[1]))
        if name == "Fn::Join" and isinstance(given, list) and len(given) == 2 and isinstance(given[1], list):
            return str(given[0]).join(self._text(part) for part in given[1])
        if name == "Fn::Sub" and isinstance(given, str):
            return re.sub(r"\$\{([^{}]+)\}", lambda m: self._substituted(m[1].strip()), given)
        raise FileFault(f"{self.place}: {name} cannot be read as it stands there; {_FUNCTIONS} are known.")

    def _text(self, part: Any) -> str:
        found = self.value(part)
        if isinstance(found, dict) and len(found) == 1:
            return marked(*next(iter(found.items())))
        return str(found)

    def _substituted(self, name: str) -> str:
        """What `${name}` of a text becomes; `${!name}` is how a text says `${name}` itself."""
        return f"${{{name[1:]}}}" if name.startswith("!") else self._named(name)

    def _named(self, name: str) -> str:
        label, dot, attribute = name.partition(".")
        return self._attribute(label, attribute) if dot else self._ref(label)

    def _ref(self, name: Any) -> str:
        if not isinstance(name, str):
            raise FileFault(f"{self.place}: Ref must be a name, not {jsonx.dumps(name)}.")
        if name in self._kinds:
            return self._attribute(name, _IDS[self._kinds[name]])
        parameter = self._parameters.get(name) if isinstance(self._parameters, dict) else None
        if not isinstance(parameter, dict) or "Default" not in parameter:
            raise FileFault(f"{self.place}: {name} is no resource of this template, nor a parameter with a Default.")
        return str(parameter["Default"])

    def _attribute(self, label: str, attribute: str) -> str:
        kind = self._kinds.get(label)
        if kind is None:
            raise FileFault(f"{self.place}: {label} is no resource of this template.")
        name = self._name(label)
        if attribute == "Name":
            return name
        if kind == "Pipeline" and attribute == "PipelineId":
            return marked(kind, name)
        raise FileFault(f"{self.place}: {label} has no attribute {attribute} that could stand here.")

    def _name(self, label: str) -> str:
        if label in self._asked:
            raise FileFault(f"{self.place}: the Name of {label} refers to itself.")
        properties = self._found[label].get("Properties")
        self._asked.add(label)
        found = self.value(properties.get("Name")) if isinstance(properties, dict) else None
        self._asked.discard(label)
        if not isinstance(found, str) or not found:
            raise FileFault(f"{self.place}: {label} has no Name.")
        return found


def _opened(text: str) -> Any:
    return by_name(text, {})
