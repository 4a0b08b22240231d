import CareFHIR
import CareModel
import Testing

@Suite("What a result or a booking may rest on")
struct PayloadStatusTests {
    private typealias Sample = RedactionSample

    private func refusal(
        _ resources: [(type: String, status: String)], kind: String, bundle: String = "collection",
        more: String = ""
    ) throws -> InspectionError? {
        let written = resources.map { type, status in
            "{'resourceType':'\(type)','status':'\(status)',\(more)\(Sample.subject)}"
        }
        return try Sample.refusal(
            Sample.bundle(written + [Sample.patient], type: bundle), kind: kind)
    }

    @Test(
        "a result that is called off, not there yet or an error is none",
        arguments: [
            ("DiagnosticReport", ["cancelled", "entered-in-error", "registered", "unknown"]),
            ("Observation", ["cancelled", "entered-in-error", "registered", "unknown"]),
            ("Composition", ["entered-in-error"]),
            ("DocumentReference", ["superseded", "entered-in-error"]),
            ("Communication", ["preparation", "not-done", "stopped", "entered-in-error"]),
            ("Encounter", ["planned", "cancelled", "entered-in-error", "unknown"]),
            ("ClinicalImpression", ["draft", "entered-in-error"]),
        ] as [(String, [String])], ["note", "complete"])
    func results(_ row: (type: String, statuses: [String]), kind: String) throws {
        for status in row.statuses {
            let refusal = try refusal([(row.type, status)], kind: kind)
            #expect(refusal?.code == .kindMismatch)
            #expect(refusal?.message.contains("\(row.type) has the status \(status)") == true)
        }
    }

    @Test(
        "an appointment that does not stand books nothing",
        arguments: ["proposed", "cancelled", "noshow", "entered-in-error", "waitlist", "secret"])
    func appointments(status: String) throws {
        let refusal = try refusal([("Appointment", status)], kind: "schedule")
        #expect(refusal?.code == .kindMismatch)
        #expect(refusal?.message.contains("secret") == false)
        // A word that comes with it does not make it stand.
        #expect(
            try self.refusal(
                [("Appointment", status), ("Communication", "completed")], kind: "schedule")?.code
                == .kindMismatch)
    }

    @Test(
        "what stands is accepted",
        arguments: [
            ("Appointment", "booked", "schedule"), ("Appointment", "pending", "schedule"),
            ("Task", "accepted", "schedule"), ("Communication", "completed", "schedule"),
            ("DiagnosticReport", "preliminary", "complete"), ("Observation", "final", "note"),
            ("Encounter", "finished", "complete"), ("DocumentReference", "current", "note"),
        ])
    func standing(type: String, status: String, kind: String) throws {
        #expect(try refusal([(type, status)], kind: kind) == nil)
    }

    @Test("one result that stands is enough; other kinds may speak of what was called off")
    func beside() throws {
        #expect(
            try refusal(
                [("DiagnosticReport", "cancelled"), ("Observation", "final")], kind: "complete")
                == nil)
        #expect(try refusal([("Appointment", "cancelled")], kind: "cancel-appointment") == nil)
        #expect(try refusal([("DiagnosticReport", "entered-in-error")], kind: "correct") == nil)
    }

    @Test("a document rests on its Composition, and a reference on the document it names")
    func heads() throws {
        let parts = [("Composition", "entered-in-error"), ("Observation", "final")]
        #expect(try refusal(parts, kind: "complete", bundle: "document")?.code == .kindMismatch)
        #expect(try refusal(parts, kind: "complete") == nil)
        let withdrawn = "'docStatus':'entered-in-error',"
        let reference = [("DocumentReference", "current")]
        #expect(try refusal(reference, kind: "note", more: withdrawn)?.code == .kindMismatch)
    }
}
