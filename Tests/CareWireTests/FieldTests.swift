import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("A field that cannot be read is refused by its name")
struct FieldTests {
    private let patient: PatientKey

    init() throws { patient = try Story.patient() }

    private func hear(_ change: (inout WireAgentFrame) -> Void) throws -> AgentSaying {
        var frame = WireAgentFrame()
        frame.version = WireLimits.version
        change(&frame)
        let header: [UInt8] = try frame.serializedBytes()
        return HeardFromAgent(header: header, payload: nil, patientKey: { _ in patient }).saying
    }

    private func submit(_ change: (inout WireSubmit) -> Void) throws -> AgentSaying {
        var submit = WireSubmit()
        submit.messageID = Data(try Story.request().bytes)
        submit.kind = "accept"
        submit.referralID = Data(try Story.referral().id.bytes)
        change(&submit)
        return try hear { $0.submit = submit }
    }

    private func refusal(_ saying: AgentSaying) -> Refusal? {
        switch saying {
        case .unusable(let refusal), .unusableAbout(_, let refusal): refusal
        case .submit(let submission): submission.refusal
        default: nil
        }
    }

    @Test("a submission that can be named is refused in a receipt")
    func namedSubmission() throws {
        let wrong: [(String, (inout WireSubmit) -> Void)] = [
            ("referral_id", { $0.referralID = Data([1, 2, 3]) }),
            ("to", { $0.to = "cardiology" }),
            ("reply_to", { $0.replyTo = "organisation:a" }),
            ("priority", { $0.priority = "soon" }),
            ("reason", { $0.reason = String(repeating: "a", count: 513) }),
            ("on_behalf_of", { $0.onBehalfOf = "broker" }),
            ("on_behalf_of", { $0.onBehalfOf = "nobody" }),
            ("other_leg_id", { $0.otherLegID = Data(count: 15) }),
            ("consent_id", { $0.consentID = Data(count: 17) }),
            ("patient", { $0.patient = WireBusinessIdentifier() }),
            ("break_glass_id", { $0.breakGlassID = Data(count: 15) }),
            ("words", { $0.words = String(repeating: "a", count: 1_001) }),
            ("words", { $0.words = String(repeating: "ä", count: 501) }),
            ("finding", { $0.finding = "perhaps" }),
            ("finding", { $0.finding = "Justified" }),
            (
                "appointment_end_ms",
                {
                    $0.appointmentStartMs = 2
                    $0.appointmentEndMs = 1
                }
            ),
        ]
        for (field, change) in wrong {
            let saying = try submit(change)
            guard case .submit(let submission) = saying else {
                Issue.record("\(field) was not refused in a receipt")
                continue
            }
            #expect(submission.id == (try Story.request()))
            #expect(submission.refusal?.code == .invalidField)
            #expect(submission.refusal?.message.contains("field \(field) ") == true)
        }
    }

    /// What each kind needs, by the name of the field.
    private static let needs: [(kinds: [String], fields: [String])] = [
        (["request"], ["referral_id", "patient", "priority"]),
        (
            ReferralMove.allCases.map(\.rawValue).filter { $0 != "request" },
            ["referral_id"]
        ),
        (["consent-put"], ["consent_id", "patient"]), (["consent-revoke"], ["consent_id"]),
        (["replay"], ["delivery_id"]), (["break-glass"], ["patient"]),
        (["break-glass-end"], ["break_glass_id"]),
        (["break-glass-review"], ["break_glass_id", "finding"]),
    ]

    /// A submission that has every field, whatever its kind needs.
    private func full(_ kind: String) throws -> WireSubmit {
        let referral = try Story.referral()
        let glass = try Story.glass()
        let consent = try Story.consent()
        let identifier = try Story.patientIdentifier()
        let id = try Story.request()
        return WireSubmit.with {
            $0.messageID = Data(id.bytes)
            $0.kind = kind
            $0.referralID = Data(referral.id.bytes)
            $0.patient = identifier.wire
            $0.priority = "urgent"
            $0.consentID = Data(consent.bytes)
            $0.deliveryID = 17
            $0.breakGlassID = Data(glass.bytes)
            $0.finding = "justified"
        }
    }

    private static func clear(_ field: String, in submit: inout WireSubmit) {
        switch field {
        case "referral_id": submit.referralID = Data()
        case "patient": submit.clearPatient()
        case "priority": submit.priority = ""
        case "consent_id": submit.consentID = Data()
        case "delivery_id": submit.deliveryID = 0
        case "break_glass_id": submit.breakGlassID = Data()
        case "finding": submit.finding = ""
        default: Issue.record("no field \(field)")
        }
    }

    @Test("a kind without a field that it needs is refused in a receipt, and others are not asked")
    func missing() throws {
        let all = Set(Self.needs.flatMap(\.fields))
        for (kinds, needed) in Self.needs {
            for kind in kinds {
                for field in all.sorted() {
                    var submit = try full(kind)
                    Self.clear(field, in: &submit)
                    let saying = try hear { $0.submit = submit }
                    guard case .submit(let submission) = saying else {
                        throw Unexpected(saying: saying)
                    }
                    #expect(submission.id == (try Story.request()))
                    #expect(submission.kind.name == kind)
                    let isNeeded = needed.contains(field)
                    #expect(submission.refusal?.code == (isNeeded ? .invalidField : nil))
                    guard isNeeded else { continue }
                    #expect(submission.refusal?.message.contains("field \(field) ") == true)
                    let isThere = field != "referral_id"
                    let referral = ThreadID.referral(try Story.referral().id)
                    #expect(submission.thread == (isThere ? referral : nil))
                }
            }
        }
    }

    @Test("the broker's own kinds are refused in a receipt")
    func brokersKinds() throws {
        for kind in ["report", "break-glass-notice"] {
            let submit = try full(kind)
            #expect(try refusal(hear { $0.submit = submit })?.code == .invalidField)
        }
    }

    @Test("a submission without a name or a known kind is refused in an error")
    func unnamedSubmission() throws {
        for saying in [
            try submit { $0.messageID = Data() }, try submit { $0.messageID = Data(count: 15) },
            try submit { $0.messageID = Data(count: 16) },
            try submit { $0.kind = "" }, try submit { $0.kind = "teleport" },
        ] {
            guard case .unusable(let refusal) = saying else {
                Issue.record("\(saying) was taken")
                continue
            }
            #expect(refusal.code == .invalidField)
        }
    }

    @Test("an id that a message makes has version 7 and the variant of RFC 9562")
    func freshIDs() throws {
        let made: [(String, String, WritableKeyPath<WireSubmit, Data>)] = [
            ("request", "referral_id", \.referralID), ("redirect", "other_leg_id", \.otherLegID),
            ("consent-put", "consent_id", \.consentID),
        ]
        var others = [Data(count: 16), Data(repeating: 0xFF, count: 16)]
        var id = Data(try Story.request().bytes)
        id[6] = id[6] & 0x0F | 0x40
        others.append(id)
        id = Data(try Story.request().bytes)
        id[8] = 0xC0
        others.append(id)
        for other in others {
            for (kind, field, path) in made {
                let saying = try submit {
                    $0.kind = kind
                    $0[keyPath: path] = other
                }
                #expect(refusal(saying)?.code == .invalidField, "\(kind)")
                #expect(refusal(saying)?.message.contains("field \(field) ") == true)
            }
            let saying = try submit { $0.messageID = other }
            #expect(saying == .unusable(try #require(refusal(saying))))
            #expect(refusal(saying)?.code == .invalidField)
        }
    }

    @Test("an id that only names something may have any form: it stays within reach")
    func namedIDs() throws {
        let old = Data(count: 16)
        let sayings = [
            try submit {
                $0.kind = "note"
                $0.referralID = old
            },
            try submit {
                $0.kind = "request"
                $0.otherLegID = old
                $0.patient.system = "urn:x"
                $0.patient.value = "1"
                $0.priority = "urgent"
            },
            try submit {
                $0.kind = "consent-revoke"
                $0.consentID = old
            },
            try submit {
                $0.kind = "break-glass-end"
                $0.breakGlassID = old
            },
            try hear { $0.query.referral.referralID = old },
            try hear { $0.query.content.messageID = old },
            try hear { $0.query.consent.consentID = old },
        ]
        for saying in sayings { #expect(refusal(saying) == nil, "\(saying)") }
    }

    @Test("other verbs are refused in an error")
    func otherVerbs() throws {
        let long = String(repeating: "a", count: 513)
        let wrong: [(inout WireAgentFrame) -> Void] = [
            { $0.hello = .with { $0.agent = "Ann" } },
            { $0.hello = .with { $0.agent = "ann" } },
            { $0.query = WireQuery() },
            { $0.query = .with { $0.worklist = .with { $0.list = "mine" } } },
            { $0.query = .with { $0.content = .with { $0.messageID = Data(count: 3) } } },
            { $0.query = .with { $0.directory = .with { $0.text = long } } },
            { $0.query = .with { $0.consents = WireConsentListQuestion() } },
            { $0.query = .with { $0.consent = WireConsentQuestion() } },
            { $0.query = .with { $0.consent = .with { $0.consentID = Data(count: 17) } } },
            { $0.query = .with { $0.timeline = WireTimelineQuestion() } },
            { $0.query = .with { $0.disclosures = WireDisclosureQuestion() } },
            { $0.query = .with { $0.timeline = .with { $0.patient.value = long } } },
            { $0.query = .with { $0.disclosures = .with { $0.patient.system = long } } },
            { $0.subscribe = .with { $0.stream = "practice" } },
            { $0.fetch = WireFetch() },
            { $0.refuse = .with { $0.reason = long } },
        ]
        for change in wrong { #expect(try refusal(hear(change))?.code == .invalidField) }
    }

    @Test("what is wrong about a delivery is refused with its id")
    func delivery() throws {
        let long = String(repeating: "a", count: 513)
        let saying = try hear { frame in
            frame.refuse = .with {
                $0.deliveryID = 7
                $0.reason = long
            }
        }
        #expect(saying == .unusableAbout(DeliveryID(7), try #require(refusal(saying))))
        let nobody = WirePerson()
        let wrong: [(inout WireAgentFrame) -> Void] = [
            { $0.ack.deliveryID = 7 }, { $0.refuse.deliveryID = 7 }, { $0.defer.deliveryID = 7 },
            { $0.extend.deliveryID = 7 },
        ]
        for change in wrong {
            let saying = try hear {
                change(&$0)
                $0.actingFor = nobody
            }
            #expect(saying == .unusableAbout(DeliveryID(7), try #require(refusal(saying))))
        }
    }

    @Test("no refusal repeats what it was given")
    func nothingRepeated() throws {
        let secret = "jane-doe-1970"
        let sayings = [
            try submit { $0.kind = secret }, try submit { $0.to = "service:\(secret)!" },
            try submit { $0.priority = secret }, try submit { $0.onBehalfOf = secret },
            try submit { $0.finding = secret },
            try submit { $0.words = String(repeating: secret, count: 100) },
            try hear { $0.subscribe = .with { $0.stream = secret } },
            try hear { $0.query = .with { $0.worklist = .with { $0.list = secret } } },
        ]
        for saying in sayings {
            let message = try #require(refusal(saying)).message
            #expect(!message.contains(secret))
        }
    }

    private func words(_ text: String) throws -> String? {
        let patient = try Story.patientIdentifier().wire
        let saying = try submit {
            $0.kind = "break-glass"
            $0.patient = patient
            $0.words = text
        }
        guard case .submit(let submission) = saying,
            case .overrideStart(let start) = submission.body
        else { throw Unexpected(saying: saying) }
        return start.words
    }

    @Test("words of the greatest length are taken as they are")
    func wordLimits() throws {
        for text in ["Accident.", String(repeating: "ä", count: 500), "一人で倒れた。"] {
            #expect(try words(text) == text)
        }
    }

    @Test(
        "what has no letter in it is no reason",
        arguments: ["", "          ", "7777777777", "\n\n"])
    func noWords(text: String) throws { #expect(try words(text) == nil) }

    @Test("a submission refused for its words does not carry them on")
    func refusedWords() throws {
        let patient = try Story.patientIdentifier().wire
        let saying = try submit {
            $0.kind = "break-glass"
            $0.patient = patient
            $0.words = String(repeating: "a", count: 1_001)
        }
        guard case .submit(let submission) = saying, case .unreadable = submission.body else {
            throw Unexpected(saying: saying)
        }
        #expect(submission.patient == nil)
        #expect(submission.document == nil)
    }

    @Test("numbers beyond what a broker gives name nothing, and end nothing")
    func hugeNumbers() throws {
        let ack = try hear {
            $0.ack = .with {
                $0.deliveryID = .max
                $0.fence = .max
            }
        }
        #expect(ack == .ack(DeliveryID(.max), Fence(.max), displayed: false))
        let query = try hear {
            $0.query = .with {
                $0.limit = .max
                $0.deadLetters = WireDeadLetterQuestion()
            }
        }
        #expect(query == .query(.deadLetters, page: Page(limit: Page.limitMax)))
    }

    @Test("an appointment without an end ends when it begins")
    func appointment() throws {
        let saying = try submit {
            $0.kind = "schedule"
            $0.appointmentStartMs = 5
        }
        guard case .submit(let submission) = saying, case .change(let change) = submission.body
        else { throw Unexpected(saying: saying) }
        let instant = Timestamp(milliseconds: 5)
        #expect(change.terms.appointment == Appointment(start: instant, end: instant))
    }

    private struct Unexpected: Error {
        let saying: AgentSaying
    }
}

@Suite("An operator's field that cannot be read is refused by its name")
struct OperatorFieldTests {
    private let patient: PatientKey
    private let identifier: WireBusinessIdentifier

    init() throws {
        patient = try Story.patient()
        identifier = try Story.patientIdentifier().wire
    }

    private func hear(_ change: (inout WireAdminister) -> Void) throws -> AdminCommand {
        var frame = WireAgentFrame()
        frame.version = WireLimits.version
        frame.administer = .with(change)
        let header: [UInt8] = try frame.serializedBytes()
        return HeardFromOperator(header: header, patientKey: { _ in patient }).command
    }

    private func shred(_ change: (inout WireShredPatient) -> Void) throws -> AdminCommand {
        try hear {
            $0.shredPatient = .with {
                $0.patient = identifier
                $0.operator = "uma"
                change(&$0)
            }
        }
    }

    @Test("no key is destroyed without a patient and somebody who asks")
    func shredding() throws {
        let wrong: [(String, (inout WireShredPatient) -> Void)] = [
            ("patient", { $0.clearPatient() }),
            ("patient", { $0.patient.value = "" }),
            ("patient", { $0.patient.value = String(repeating: "1", count: 257) }),
            ("operator", { $0.operator = "" }),
            ("operator", { $0.operator = " " }),
            ("operator", { $0.operator = "uma " }),
            ("operator", { $0.operator = "u\u{0}ma" }),
            ("operator", { $0.operator = "umä" }),
            ("operator", { $0.operator = String(repeating: "u", count: 65) }),
        ]
        for (field, change) in wrong {
            guard case .unusable(let refusal) = try shred(change) else {
                Issue.record("\(field) was taken")
                continue
            }
            #expect(refusal.code == .invalidField)
            #expect(refusal.message.contains("field \(field) "))
        }
    }

    @Test("nothing makes up for a missing operator, however sure")
    func sure() throws {
        let command = try shred {
            $0.operator = ""
            $0.sure = true
        }
        guard case .unusable = command else {
            Issue.record("\(command)")
            return
        }
    }

    @Test("the refusal repeats nothing of the patient")
    func silent() throws {
        guard case .unusable(let refusal) = try shred({ $0.operator = "" }) else {
            Issue.record("it was taken")
            return
        }
        #expect(!refusal.message.contains(identifier.value))
    }

    @Test("an operator's name may have 64 characters")
    func longest() throws {
        let name = String(repeating: "u", count: 64)
        let command = try shred { $0.operator = name }
        #expect(command == .shred(patient, operatorName: name, isSure: false))
    }
}
