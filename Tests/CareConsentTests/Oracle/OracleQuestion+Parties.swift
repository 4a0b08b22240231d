/// Who is who in the questions, and the ways to name them.
extension OracleQuestion {
    static func identifier(_ kind: String, _ value: String) -> OracleJSON {
        ["system": .text("urn:careloop:\(kind)"), "value": .text(value)]
    }

    static func party(
        _ organisation: String, _ service: String, _ person: String
    ) -> [OracleJSON] {
        [
            [
                "reference": .text("Organization/\(organisation)"),
                "identifier": identifier("organisation", organisation),
            ],
            [
                "reference": .text("Practitioner/\(person)"),
                "identifier": identifier("agent", "\(organisation)-desk"),
            ],
            [
                "reference": .text("HealthcareService/\(service)"),
                "identifier": identifier("service", service),
            ],
        ]
    }

    static let known: OracleJSON = [
        "Organization/north": [
            "resourceType": "Organization", "id": "north",
            "identifier": [["system": "http://hl7.org/fhir/sid/us-npi", "value": "1"]],
        ],
        "Organization/south": ["resourceType": "Organization", "id": "south"],
        "https://a.example/fhir/Organization/known": [
            "resourceType": "Organization", "id": "known",
            "identifier": [identifier("organisation", "north")],
        ],
        "Group/empty": ["resourceType": "Group", "id": "empty", "actual": true, "type": "person"],
        "Group/kept": [
            "resourceType": "Group", "id": "kept", "actual": true, "active": false,
            "type": "person", "member": [["entity": ["reference": "Organization/north"]]],
        ],
        "Group/now": [
            "resourceType": "Group", "id": "now", "actual": true, "type": "person",
            "member": [
                ["entity": ["reference": "Organization/north"], "period": ["end": "2024-06-15"]],
                ["entity": ["reference": "Organization/south"], "period": ["start": "soon"]],
            ],
        ],
        "CareTeam/over": [
            "resourceType": "CareTeam", "id": "over", "status": "active",
            "period": ["end": "2023-12-31"],
            "participant": [["member": ["reference": "Organization/north"]]],
        ],
        "CareTeam/planned": [
            "resourceType": "CareTeam", "id": "planned", "status": "proposed",
            "participant": [["member": ["reference": "Organization/north"]]],
        ],
        "PractitionerRole/someAtNorth": [
            "resourceType": "PractitionerRole", "id": "someAtNorth",
            "organization": ["reference": "Organization/north"],
            "healthcareService": [["reference": "HealthcareService/cardiology"]],
        ],
        "PractitionerRole/annTillNoon": [
            "resourceType": "PractitionerRole", "id": "annTillNoon",
            "period": ["end": "2024-06-15T12:00:00Z"],
            "practitioner": ["reference": "Practitioner/ann"],
            "organization": ["reference": "Organization/north"],
        ],
        "Group/orgs": [
            "resourceType": "Group", "id": "orgs", "actual": true, "type": "person",
            "member": [
                ["entity": ["reference": "Organization/north"]],
                ["entity": ["reference": "Organization/west"], "inactive": true],
            ],
        ],
        "Group/people": [
            "resourceType": "Group", "id": "people", "actual": true, "type": "practitioner",
            "member": [["entity": ["reference": "Practitioner/ann"]]],
        ],
        "Group/former": [
            "resourceType": "Group", "id": "former", "actual": true, "type": "person",
            "member": [
                ["entity": ["reference": "Organization/north"], "period": ["end": "2023-12-31"]],
                ["entity": ["reference": "Organization/south"], "period": ["start": "2023-01-01"]],
            ],
        ],
        "Group/kind": [
            "resourceType": "Group", "id": "kind", "actual": false, "type": "practitioner",
        ],
        "CareTeam/team": [
            "resourceType": "CareTeam", "id": "team", "status": "active",
            "participant": [
                ["member": ["reference": "Organization/north"]],
                ["member": ["reference": "Practitioner/ben"]],
            ],
        ],
        "PractitionerRole/annAtNorth": [
            "resourceType": "PractitionerRole", "id": "annAtNorth",
            "practitioner": ["reference": "Practitioner/ann"],
            "organization": ["reference": "Organization/north"],
        ],
        "PractitionerRole/benAtWest": [
            "resourceType": "PractitionerRole", "id": "benAtWest",
            "practitioner": ["reference": "Practitioner/ben"],
            "organization": ["reference": "Organization/west"],
        ],
    ]

    mutating func name() -> OracleJSON {
        let organisation = lot.pick(["north", "north", "south", "west"])
        switch lot.upTo(23) {
        case 0..<6: return ["reference": .text("Organization/\(organisation)")]
        case 6, 7: return ["identifier": Self.identifier("organisation", organisation)]
        case 8:
            return [
                "type": "Organization", "identifier": Self.identifier("organisation", organisation),
            ]
        case 9: return ["reference": .text("Practitioner/\(lot.pick(["ann", "ben"]))")]
        case 10: return ["identifier": Self.identifier("agent", "\(organisation)-desk")]
        case 11:
            let service = lot.pick(["cardiology", "renal"])
            return lot.chance(50)
                ? ["reference": .text("HealthcareService/\(service)")]
                : ["identifier": Self.identifier("service", service)]
        case 12, 13:
            return [
                "reference": .text(
                    "Group/"
                        + lot.pick([
                            "orgs", "people", "former", "former", "kind", "unknown", "empty",
                            "kept", "now",
                        ]))
            ]
        case 14:
            let team = lot.pick(["team", "team", "unknown", "over", "planned"])
            return ["reference": .text("CareTeam/\(team)")]
        case 15:
            let role = lot.pick([
                "annAtNorth", "benAtWest", "unknown", "someAtNorth", "annTillNoon",
            ])
            return ["reference": .text("PractitionerRole/\(role)")]
        case 16:
            return ["reference": .text("https://a.example/fhir/Organization/\(organisation)")]
        case 17: return ["reference": "urn:uuid:5a2e3a3e-3a0e-4f0e-9d4b-7e6f5d4c3b2a"]
        case 18:
            return [
                "identifier": [
                    "system": "http://hl7.org/fhir/sid/us-npi",
                    "value": .text(lot.pick(["1", "2"])),
                ]
            ]
        case 19:
            return [
                "type": .text(lot.pick(["Practitioner", "Organization"])),
                "identifier": [
                    "system": "http://hl7.org/fhir/sid/us-npi",
                    "value": .text(lot.pick(["1", "2"])),
                ],
            ]
        case 20:
            return [
                "reference": .text("https://b.example/Organization/\(lot.pick(["north", "9"]))"),
                "identifier": Self.identifier("organisation", organisation),
            ]
        case 21:
            return lot.pick([
                ["reference": "https://a.example/fhir/Organization/known"],
                ["reference": "Patient/x"], ["reference": "RelatedPerson/r"],
                ["identifier": ["system": "urn:careloop:organisation"]],
            ])
        default: return ["display": "Northside"]
        }
    }
}
