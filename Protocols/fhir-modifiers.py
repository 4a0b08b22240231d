#!/usr/bin/env python3
"""Makes the table of FHIR's modifier elements: those that change what the rest of a resource means.

    Protocols/fhir-modifiers.py --from R4=FOLDER R5=FOLDER
        reads the StructureDefinitions of the specification (HL7's packages hl7.fhir.r4.core and
        hl7.fhir.r5.core, public domain under CC0; any folder that holds their JSON files will do),
        writes Protocols/fhir-modifiers.tsv, and from it the Swift table.
    Protocols/fhir-modifiers.py
        writes the Swift table from Protocols/fhir-modifiers.tsv.
    Protocols/fhir-modifiers.py --check [R4=FOLDER R5=FOLDER]
        fails if the Swift table is older than the list, or the list other than the specification.

`implicitRules` and `modifierExtension` are modifiers wherever they occur and are not listed. The
digest covers every element of every definition that was read with its modifier flag, in an order
of its own, so that it does not depend on how a copy of the package is laid out.
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "Protocols/fhir-modifiers.tsv"
TABLE = ROOT / "Sources/CareFHIR/People/ModifierElements+Table.swift"
EVERYWHERE = {"implicitRules", "modifierExtension"}


def definitions(folder):
    """The definitions of resources and data types, profiles left out."""
    for file in sorted(Path(folder).rglob("*.json")):
        try:
            definition = json.loads(file.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError):
            continue
        if (
            isinstance(definition, dict)
            and definition.get("resourceType") == "StructureDefinition"
            and definition.get("kind") in ("resource", "complex-type")
            and definition.get("derivation") != "constraint"
            and definition["url"].startswith("http://hl7.org/fhir/StructureDefinition/")
        ):
            yield definition


def read(release, folder):
    """One release: its line for the head of the list, and its modifier elements."""
    found, rows, versions = set(), [], set()
    for definition in definitions(folder):
        versions.add(definition["fhirVersion"])
        for element in definition["snapshot"]["element"]:
            is_modifier = element.get("isModifier") is True
            rows.append(f"{definition['url']}\t{element['path']}\t{int(is_modifier)}\n")
            if is_modifier and element["path"].split(".")[-1] not in EVERYWHERE:
                found.add(element["path"])
    if len(versions) != 1 or not found:
        sys.exit(f"fhir-modifiers: {folder} holds {len(versions)} versions of FHIR, not one.")
    digest = hashlib.sha256("".join(sorted(set(rows))).encode()).hexdigest()
    return f"# {release} {versions.pop()} sha256 {digest}", found


def listing(sources):
    """The text of the list."""
    heads, releases = [], {}
    for release, folder in sorted(sources.items()):
        head, found = read(release, folder)
        heads.append(head)
        for path in found:
            releases.setdefault(path, []).append(release)
    lines = [f"{path}\t{' '.join(names)}" for path, names in sorted(releases.items())]
    return "\n".join(["# FHIR's modifier elements. Written by Protocols/fhir-modifiers.py."] + heads + lines) + "\n"


def swift(text):
    """The Swift table of a list."""
    heads = [line[2:] for line in text.splitlines()[1:] if line.startswith("# ")]
    types = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, _, path = line.split("\t")[0].partition(".")
            types.setdefault(kind, []).append(path)
    lines = [
        "// swift-format-ignore-file",
        "// Written by Protocols/fhir-modifiers.py from Protocols/fhir-modifiers.tsv. Do not edit.",
        "",
        "extension ModifierElements {",
        "    /// What the table was made from: release, version, and the digest of its definitions.",
        "    static let sources = [",
        *[f'        "{head}",' for head in heads],
        "    ]",
        "",
        "    /// The modifier elements of each type, from the type down.",
        "    static let table: [String: [String]] = [",
    ]
    for kind, paths in sorted(types.items()):
        lines.append(f'        "{kind}": [' + ", ".join(f'"{path}"' for path in paths) + "],")
    return "\n".join(lines + ["    ]", "}", ""])


def main(arguments):
    is_check = "--check" in arguments
    sources = dict(word.split("=", 1) for word in arguments if "=" in word)
    text = listing(sources) if sources else LIST.read_text(encoding="utf-8")
    wanted = {LIST: text, TABLE: swift(text)}
    for file, content in wanted.items():
        if not is_check:
            file.write_text(content, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != content:
            sys.exit(f"fhir-modifiers: {file.relative_to(ROOT)} is old. Run: Protocols/fhir-modifiers.py")


if __name__ == "__main__":
    main(sys.argv[1:])
