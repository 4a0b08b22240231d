import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("A timeline's documents are told apart, or not taken at all")
struct AnswerPageTests {
    private func result(_ counts: UInt64...) -> WireResult {
        .with {
            $0.timeline = counts.map { count in
                .with {
                    $0.payloadBytes = count
                    $0.envelope.messageID = Data(1...16)
                    $0.envelope.kind = "note"
                    guard count > 0 else { return }
                    $0.envelope.payloadType = "application/fhir+json"
                    $0.envelope.payloadSha256 = Data("abc".utf8)
                }
            }
        }
    }

    /// In place of a hash stands the document itself.
    private func page(_ result: WireResult, _ payload: [UInt8]?) -> AnswerPage? {
        AnswerPage(result, payload: payload.map { Payload($0) }) { $0.bytes == $1 }
    }

    @Test("documents are cut out by their lengths")
    func splits() throws {
        let whole = try #require(page(result(3, 0, 3), Array("abcabc".utf8)))
        #expect(
            whole.timeline.map { $0.document?.bytes }
                == [Array("abc".utf8), nil, Array("abc".utf8)])
        #expect(whole.document == nil)
        #expect(page(result(), nil)?.timeline.isEmpty == true)
        #expect(page(result(0), nil)?.timeline.count == 1)
    }

    @Test("lengths or hashes that do not fit are refused whole")
    func refuses() {
        let cases: [(WireResult, [UInt8])] = [
            (result(3), Array("ab".utf8)), (result(3), Array("abcd".utf8)),
            (result(3, .max), Array("abcabc".utf8)), (result(3), Array("abd".utf8)),
            (result(2, 4), Array("abcabc".utf8)), (result(0), [1]),
        ]
        for (result, payload) in cases { #expect(page(result, payload) == nil) }
        var untyped = result(3)
        untyped.timeline[0].envelope.payloadType = ""
        #expect(page(untyped, Array("abc".utf8)) == nil)
        var nameless = result(0)
        nameless.timeline[0].envelope.messageID = Data()
        #expect(page(nameless, nil) == nil)
    }

    private func content(_ document: [UInt8]?) -> WireResult {
        .with {
            $0.content.messageID = Data(1...16)
            $0.content.kind = "note"
            guard let document else { return }
            $0.content.payloadType = "application/fhir+json"
            $0.content.payloadSha256 = Data(document)
        }
    }

    @Test("a message's document is there if and only if its envelope says so, and is that one")
    func content() {
        #expect(page(content([1, 2]), [1, 2])?.document?.bytes == [1, 2])
        #expect(page(content([1, 2]), [1, 2])?.content?.message == MessageID(bytes: 1...16))
        #expect(page(content(nil), nil)?.content != nil)
        let cases: [(WireResult, [UInt8]?)] = [
            (content([1, 2]), [1, 3]), (content([1, 2]), [1]), (content([1, 2]), [1, 2, 3]),
            (content([1, 2]), []), (content([1, 2]), nil), (content(nil), [1, 2]),
        ]
        for (result, payload) in cases { #expect(page(result, payload) == nil) }
        var hashless = content([1, 2])
        hashless.content.payloadSha256 = Data()
        #expect(page(hashless, [1, 2]) == nil)
        var nameless = content([1, 2])
        nameless.content.messageID = Data()
        #expect(page(nameless, [1, 2]) == nil)
        var both = content([1, 2])
        both.timeline = result(2).timeline
        #expect(page(both, [1, 2]) == nil)
    }

    @Test("a directive's document comes beside its versions, and beside nothing else")
    func directive() {
        let consents = WireResult.with {
            $0.consents = [.with { $0.consentID = Data(1...16) }]
        }
        #expect(page(consents, [1, 2])?.document?.bytes == [1, 2])
        #expect(page(consents, nil)?.consents.count == 1)
        #expect(page(WireResult(), nil) == AnswerPage())
        #expect(page(WireResult(), []) == AnswerPage())
        #expect(page(WireResult(), [1, 2]) == nil)
        #expect(page(.with { $0.referrals = [.init()] }, [1, 2]) == nil)
    }
}

@Suite("What an agent keeps of the broker's words reads back the same")
struct AgentViewTests {
    private func frames(_ verb: String) throws -> [WireBrokerFrame] {
        try Vector.load("broker").filter { $0.verb == verb }.map {
            try WireBrokerFrame(serializedBytes: $0.header)
        }
    }

    @Test("deliveries, with every field the golden frames have")
    func deliveries() throws {
        let frames = try frames("Deliver")
        #expect(!frames.isEmpty)
        for frame in frames {
            let arrival = try #require(Arrival(frame.deliver, payload: nil))
            #expect(arrival.wire == frame.deliver)
        }
    }

    @Test("receipts and refusals, with every field the golden frames have")
    func receipts() throws {
        let items = try frames("Receipt").flatMap(\.receipt.items)
        #expect(!items.isEmpty)
        for item in items { #expect(Receipt(item)?.wire == item) }
    }

    @Test("referrals, with every field the golden frames have")
    func referrals() throws {
        let referrals = try frames("Result").flatMap(\.result.referrals)
        #expect(!referrals.isEmpty)
        for referral in referrals { #expect(ReferralView(referral)?.wire == referral) }
    }

    @Test("questions, as the golden frames ask them")
    func questions() throws {
        let patient = try Story.patientIdentifier()
        let request = try Story.request()
        let referral = try Story.referral().id
        let mailbox = Mailbox.service(ServiceID(unchecked: "cardiology"))
        let asked: [Query.Subject] = [
            .worklist(.open), .worklist(.inbox([mailbox])), .referral(referral),
            .referralNumber(ReferralNumber(referral)), .messageTrail(request),
            .referralTrail(referral), .content(request), .directory(text: "cardio"),
            .consents(patient), .consentCheck(patient, to: mailbox), .deadLetters,
            .timeline(patient), .disclosures(patient), .breakGlasses,
        ]
        let golden = try Vector.load("agent").filter { $0.verb == "Query" }.map {
            try WireAgentFrame(serializedBytes: $0.header).query.question
        }
        for subject in asked { #expect(golden.contains(Query(subject).wire.question)) }
    }

    @Test("a code this version does not know is kept as it is, and taken for none")
    func unknownCodes() throws {
        let wire = WireReferral.with {
            $0.referralID = Data(1...16)
            $0.state = "teleported"
            $0.allowedMoves = ["beam", "note"]
        }
        let referral = try #require(ReferralView(wire))
        #expect(referral.state?.code == "teleported")
        #expect(referral.state?.value == nil)
        #expect(referral.allowedMoves.compactMap(\.value) == [.note])
        #expect(referral.wire.state == "teleported")
    }
}
