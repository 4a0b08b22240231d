import CareModel
import CareWire
import SwiftProtobuf
import Testing

@Suite("A consent decision has the published bytes")
struct DecisionVectorTests {
    private let encoder = BrokerFrameEncoder(
        terms: SessionTerms(
            heartbeat: .seconds(5), payloadByteCountMax: 8 << 20, creditMax: 1_024,
            lease: .seconds(30), program: "careloopd 0.1", eventsEndpoint: ""),
        now: Story.start, sign: { _ in "" }, allowedMoves: { _, _ in [] })

    private func expect(
        _ verdict: Verdict, breakGlass: Verdict, _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let decision = ConsentDecision(verdict: verdict, breakGlass: breakGlass)
        let header = encoder.header(.decision(decision), request: 39)
        let vector = try Vector.named(name, "Result", in: "broker")
        #expect(header == vector.header, "\(name)", sourceLocation: sourceLocation)
    }

    private func basis(_ version: String, _ cause: Verdict.Cause) throws -> Verdict.Basis {
        Verdict.Basis(
            directive: try Story.consent().description, version: version, cause: cause)
    }

    @Test("a permit names the directive that decided, with nothing to mend")
    func permit() throws {
        let cause = Verdict.Cause.rule(
            .permit, path: "provision", met: [.actor, .purpose], unresolved: [])
        let verdict = Verdict(
            decision: .permit, outcome: .permit, basis: [try basis("1", cause)])
        try expect(verdict, breakGlass: verdict, "what consent would say")
    }

    @Test("a refusal says which condition failed and what would change it")
    func refusal() throws {
        let cause = Verdict.Cause.conditionsNotMet([.actor, .purpose], path: "provision")
        let verdict = Verdict(
            decision: .noConsent, outcome: .deny, skipped: [try basis("2", cause)],
            implicitPolicy: .deny)
        try expect(verdict, breakGlass: verdict, "what would change a refusal")
    }

    @Test("a directive without an id of the broker's is named in words only")
    func foreignDirective() throws {
        let doubt = Verdict.Basis(
            directive: "paper-17", version: "a",
            cause: .cannotTell([.actor], path: "provision"))
        let verdict = Verdict(decision: .indeterminate, outcome: .hold, basis: [doubt])
        try expect(verdict, breakGlass: verdict, "what would end a doubt")
    }

    @Test("what an override would come to is said beside it")
    func breakGlass() throws {
        let refused = Verdict(decision: .noConsent, outcome: .deny, implicitPolicy: .deny)
        let permitted = Verdict(decision: .permit, outcome: .permit)
        let header = encoder.header(
            .decision(ConsentDecision(verdict: refused, breakGlass: permitted)), request: 1)
        let decision = try WireBrokerFrame(serializedBytes: header).result.decision
        #expect(decision.effective == "deny")
        #expect(decision.breakGlass == "permit")
    }
}
