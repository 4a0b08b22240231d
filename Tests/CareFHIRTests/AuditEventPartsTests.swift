import CareModel
import Testing

@testable import CareFHIR

@Suite("Who and what an audit event names")
struct AuditEventPartsTests {
    private func profile(_ event: JSONValue) -> String? {
        event["meta"]?["profile"]?.elements.first?.string?.split(separator: "/").last
            .map { String($0) }
    }

    @Test("a disclosure names the broker as source, and where the copy went")
    func sent() throws {
        let event = try AuditEventSamples.read(.disclosureSent)
        #expect(profile(event) == "IHE.BasicAudit.PrivacyDisclosure.Source")
        let agents = try #require(event["agent"])
        let source = try #require(agents.typed("110153"))
        #expect(source["who"]?.identifierValue == "urn:careloop:broker:hub.example")
        #expect(source["network"]?["address"]?.string == "urn:careloop:broker:hub.example")
        #expect(
            source["who"]?.identifierValue == event["source"]?["observer"]?.identifierValue)
        let recipient = try #require(agents.typed("110152"))
        #expect(recipient["who"]?["identifier"]?["system"]?.string == "urn:careloop:service")
        #expect(
            recipient["network"]?["address"]?.string == "urn:careloop:mailbox:service:cardiology")
        #expect(agents.typed("IRCP")?["who"]?.identifierValue == "dr-lee")
        #expect(agents.typed("IRCP")?["requestor"]?.bool == true)
        #expect(agents.typed("PROV")?["who"]?.identifierValue == "hill-practice")
    }

    @Test("a receipt names the agent that stored the copy as recipient and observer")
    func received() throws {
        let event = try AuditEventSamples.read(.disclosureReceived)
        #expect(profile(event) == "IHE.BasicAudit.PrivacyDisclosure.Recipient")
        let recipient = try #require(event["agent"]?.typed("110152"))
        #expect(recipient["who"]?.identifierValue == "dr-lee")
        #expect(event["source"]?["observer"]?.identifierValue == "dr-lee")
        #expect(
            recipient["network"]?["address"]?.string == "urn:careloop:mailbox:service:cardiology")
        let anonymous = try AuditEventSamples.read(.disclosureReceived) { $0.agent = nil }
        #expect(profile(anonymous) == nil)
        #expect(anonymous["agent"]?.typed("110152")?["who"]?.identifierValue == "cardiology")
    }

    @Test("a consent decision names client, user, organisation and authoriser, and the directives")
    func decided() throws {
        let event = try AuditEventSamples.read(.consentDecided)
        #expect(profile(event) == "IHE.BasicAudit.AuthZconsent")
        let agents = try #require(event["agent"])
        for type in ["110150", "IRCP", "PROV", "authserver", "110152"] {
            #expect(agents.typed(type) != nil, "\(type)")
        }
        let entities = try #require(event["entity"])
        #expect(entities.elements.compactMap { $0["type"]?["code"]?.string } == ["1", "Consent"])
        let consent = try #require(entities.typed("Consent"))
        #expect(
            consent["what"]?.identifierValue == "urn:uuid:\(AuditEventSamples.directive)")
        #expect(
            consent["detail"]?.elements.compactMap { $0["type"]?.string } == [
                "urn:careloop:message", "urn:careloop:delivery", "urn:careloop:referral",
            ])
    }

    @Test(
        "on whose behalf an agent acts is one human agent, who began it",
        arguments: [
            AuditEvent.Kind.consentDecided, .disclosureSent, .disclosureReceived, .consentChecked,
            .referralMoved, .deliveryEnded,
        ])
    func human(_ kind: AuditEvent.Kind) throws {
        let identifier = try #require(BusinessIdentifier(system: "urn:staff", value: "S-117"))
        let event = try AuditEventSamples.read(kind) {
            $0.actingFor = Person(identifier: identifier, name: "Nora Example", role: "nurse")
        }
        #expect(profile(event) == profile(try AuditEventSamples.read(kind)), "no part is lost")
        let agents = try #require(event["agent"])
        let beginners = agents.elements.filter { $0["requestor"]?.bool == true }
        #expect(beginners.map { $0["who"]?.identifierValue } == ["S-117"])
        let human = try #require(beginners.first)
        #expect(human["who"]?["identifier"]?["system"]?.string == "urn:staff")
        #expect(human["name"]?.string == "Nora Example")
        #expect(human["role"]?.elements.first?["text"]?.string == "nurse")
        let isAsker = [.consentDecided, .disclosureSent, .consentChecked].contains(kind)
        #expect(human["type"]?.conceptCode == (isAsker ? "IRCP" : "humanuser"))
        let programs = agents.elements.filter { $0["who"]?.identifierValue == "dr-lee" }
        #expect(programs.map { $0["requestor"]?.bool } == [false])
    }

    @Test("a decision that no directive took claims no profile and keeps its subjects")
    func implicit() throws {
        let event = try AuditEventSamples.read(.consentDecided) {
            $0.rule = "No directive speaks about this; the implicit policy opt-in refuses it."
        }
        #expect(profile(event) == nil)
        let entities = try #require(event["entity"]).elements
        #expect(
            entities.compactMap { $0["type"]?["code"]?.string } == [
                "1", "2", "2", "ServiceRequest",
            ]
        )
    }

    @Test("an event that lacks a part of its profile does not claim it")
    func claims() throws {
        let lacks: [(AuditEvent.Kind, @Sendable (inout AuditEvent) -> Void)] = [
            (.disclosureSent, { $0.patient = nil }), (.disclosureSent, { $0.recipient = nil }),
            (
                .disclosureSent,
                {
                    $0.message = nil
                    $0.delivery = nil
                    $0.referral = nil
                }
            ),
            (.disclosureReceived, { $0.agent = nil }), (.disclosureReceived, { $0.patient = nil }),
            (.consentDecided, { $0.agent = nil }), (.consentDecided, { $0.organisation = nil }),
            (.consentDecided, { $0.patient = nil }), (.consentDecided, { $0.rule = nil }),
        ]
        for (kind, remove) in lacks {
            #expect(profile(try AuditEventSamples.read(kind, remove)) == nil)
        }
    }

    @Test("message, delivery and referral are entities with identifiers of their own")
    func data() throws {
        let entities = try #require(try AuditEventSamples.read(.disclosureSent)["entity"]).elements
        #expect(
            entities.map { $0["what"]?.identifierValue } == [
                AuditEventSamples.hash, "urn:uuid:\(AuditEventSamples.directive)", "41", "42",
                "urn:uuid:00000000-0000-0003-0000-000000000004",
            ])
        #expect(entities[0]["role"]?["code"]?.string == "1")
        #expect(entities[0]["detail"]?.elements.first?["valueString"]?.string == "5")
    }

    @Test("only directives are taken for directives")
    func directives() throws {
        let other = "01890a5d-ac96-774b-bcce-b302099a8058"
        let first = AuditEventSamples.directive
        var event = AuditEvent(.consentDecided, at: AuditEventSamples.noon, outcome: "permit")
        event.rule = "Directive \(first) version 1 a. Directive \(other) b. Directive \(first) c."
        #expect(event.directives.map(\.description) == [first, other])
        event.rule = "Episode \(first) lets it; Directive 1 is silent."
        #expect(event.directives.isEmpty)
        event.rule = first
        event.kind = .breakGlassStarted
        #expect(event.directives.isEmpty)
    }

    @Test("reading the accounting names the log that was read")
    func accounting() throws {
        let event = try AuditEventSamples.read(.accountingRead)
        let log = try #require(event["entity"]?.elements.first { $0["name"] != nil })
        #expect(log["name"]?.string == "Security Audit Log")
        #expect(log["role"]?["code"]?.string == "13")
        #expect(log["what"]?.identifierValue == "urn:careloop:audit:hub.example")
    }
}
