import CareFHIR
import CareModel
import Testing

@Suite("What asks for a referral")
struct ReferralRequestTests {
    private typealias Sample = RedactionSample

    private func request(_ members: String, id: String = "r") -> String {
        "{'resourceType':'ServiceRequest','id':'\(id)',\(members),\(Sample.subject)}"
    }

    private func refusal(_ resources: [String], type: String = "collection") throws
        -> InspectionError?
    {
        try Sample.refusal(Sample.bundle([Sample.patient] + resources, type: type))
    }

    @Test(
        "only a request that is active, or waits for the recipient, refers",
        arguments: [
            ("active", true), ("on-hold", true), ("draft", false), ("revoked", false),
            ("completed", false), ("entered-in-error", false), ("unknown", false),
        ])
    func statuses(status: String, refers: Bool) throws {
        let refusal = try refusal([request("'status':'\(status)','intent':'order'")])
        #expect(refusal?.code == (refers ? nil : .kindMismatch))
        #expect(refers || refusal?.message.contains("the status \(status)") == true)
    }

    @Test(
        "only an order refers",
        arguments: [
            ("order", true), ("original-order", true), ("reflex-order", true),
            ("filler-order", true), ("instance-order", true), ("proposal", false),
            ("plan", false), ("directive", false), ("option", false),
        ])
    func intents(intent: String, refers: Bool) throws {
        let refusal = try refusal([request("'status':'active','intent':'\(intent)'")])
        #expect(refusal?.code == (refers ? nil : .kindMismatch))
        #expect(refers || refusal?.message.contains("the intent \(intent)") == true)
    }

    @Test(
        "what FHIR does not have is refused and not repeated",
        arguments: [
            "'intent':'order'", "'status':'active'", "'status':null,'intent':'order'",
            "'status':['active'],'intent':'order'", "'status':'ACTIVE','intent':'order'",
            "'status':'secret','intent':'order'", "'status':'active','intent':'secret'",
            "'_status':{'extension':[{'url':'u','valueCode':'x'}]},'intent':'order'",
        ])
    func unknown(members: String) throws {
        let refusal = try refusal([request(members)])
        #expect(refusal?.code == .kindMismatch)
        #expect(refusal?.message.contains("secret") == false)
    }

    @Test("doNotPerform refers nobody, however it is written; false changes nothing")
    func negation() throws {
        let members = "'status':'active','intent':'order','doNotPerform':"
        #expect(try refusal([request(members + "false")]) == nil)
        for value in ["true", "'true'", "1", "null"] {
            #expect(try refusal([request(members + value)])?.code == .kindMismatch, "\(value)")
        }
    }

    @Test("history beside a request is left alone, but does not stand for it")
    func history() throws {
        let old = request("'status':'completed','intent':'order'", id: "old")
        let planned = request("'status':'active','intent':'plan'", id: "planned")
        #expect(try refusal([Sample.request, old, planned]) == nil)
        #expect(try refusal([old, planned])?.code == .kindMismatch)
    }

    private func task(_ members: String, status: String = "requested", contained: String? = nil)
        -> String
    {
        "{'resourceType':'Task','id':'t','status':'\(status)','intent':'order',"
            + (contained.map { "'contained':[\($0)]," } ?? "")
            + "'for':{'reference':'Patient/p'},\(members)}"
    }

    @Test(
        "a request is found where FHIR lets it be",
        arguments: [
            "'focus':{'reference':'#r'}", "'basedOn':[{'reference':'#r'}]",
            "'focus':{'reference':'#r','type':'ServiceRequest'},'basedOn':[{'reference':'Basic/b'}]",
        ])
    func carried(members: String) throws {
        #expect(try refusal([task(members, contained: Sample.request)]) == nil)
        let revoked = Sample.request.replacing("active", with: "revoked")
        #expect(try refusal([task(members, contained: revoked)])?.code == .kindMismatch)
    }

    @Test("a request in a Bundle within, beside its Task, or in a message is found")
    func elsewhere() throws {
        #expect(try refusal([Sample.bundle([Sample.request])]) == nil)
        #expect(
            try refusal([task("'focus':{'reference':'ServiceRequest/r'}"), Sample.request]) == nil)
        let header = "{'resourceType':'MessageHeader','focus':[{'reference':'Task/t'}]}"
        let carrier = task("'focus':{'reference':'#r'}", contained: Sample.request)
        let message = Sample.bundle([header, carrier, Sample.patient], type: "message")
        #expect(try Sample.refusal(message) == nil)
    }

    @Test("a contained request that nothing carries refers nobody")
    func uncarried() throws {
        let carrier = task("'reasonReference':{'reference':'#r'}", contained: Sample.request)
        #expect(try refusal([carrier])?.code == .kindMismatch)
        let report =
            "{'resourceType':'DiagnosticReport','status':'final','contained':[\(Sample.request)],"
            + "'basedOn':[{'reference':'#r'}],\(Sample.subject)}"
        #expect(try refusal([report])?.code == .kindMismatch)
    }

    @Test(
        "a Task that is over does not carry a referral",
        arguments: [
            "draft", "rejected", "cancelled", "failed", "completed", "entered-in-error", "secret",
        ])
    func endedTask(status: String) throws {
        let focus = "'focus':{'reference':'ServiceRequest/r'}"
        let refusal = try refusal([task(focus, status: status), Sample.request])
        #expect(refusal?.code == .kindMismatch)
        #expect(refusal?.message.contains("The Task") == true)
        #expect(refusal?.message.contains("secret") == false)
    }

    @Test("what a message is about counts, not another request in it")
    func focus() throws {
        let old = request("'status':'revoked','intent':'order'", id: "old")
        let header = "{'resourceType':'MessageHeader','focus':[{'reference':'ServiceRequest/old'}]}"
        let message = Sample.bundle([header, Sample.patient, Sample.request, old], type: "message")
        #expect(try Sample.refusal(message)?.code == .kindMismatch)
        #expect(try Sample.refusal(message.replacing("/old'", with: "/r'")) == nil)
    }

    @Test("a message about a Task whose request is not in it refers nobody")
    func emptyTask() throws {
        let header = "{'resourceType':'MessageHeader','focus':[{'reference':'Task/t'}]}"
        let carrier = task("'focus':{'reference':'ServiceRequest/elsewhere'}")
        let message = Sample.bundle(
            [header, Sample.patient, carrier, Sample.request], type: "message")
        #expect(try Sample.refusal(message)?.code == .kindMismatch)
    }

    @Test("a plan refers in the message by which NHS BaRS refers, and nowhere else")
    func plan() throws {
        let plan = request("'status':'active','intent':'plan'")
        let event =
            "'eventCoding':{'system':'https://fhir.nhs.uk/CodeSystem/message-events-bars',"
            + "'code':'servicerequest-request'}"
        func message(_ members: String) -> String {
            let header = "{'resourceType':'MessageHeader',\(members)}"
            return Sample.bundle([header, Sample.patient, plan], type: "message")
        }
        let focus = "'focus':[{'reference':'ServiceRequest/r'}]"
        #expect(try Sample.refusal(message("\(event),\(focus)")) == nil)
        for members in [
            event, focus, "\(event),\(focus),'response':{'code':'ok'}",
            "\(event.replacing("-request'", with: "-response'")),\(focus)",
        ] {
            #expect(try Sample.refusal(message(members))?.code == .kindMismatch, "\(members)")
        }
    }

    @Test("the request says itself whom it is about")
    func subject() throws {
        let other = Sample.request.replacing(
            Sample.subject, with: "'subject':{'reference':'Device/d'}")
        let carrier = task("'focus':{'reference':'#r'}", contained: other)
        #expect(try refusal([carrier])?.code == .patientMissing)
    }

    @Test("a copy keeps the request that it cannot do without, wherever it is")
    func needs() throws {
        let carrier = task("'focus':{'reference':'#r'}", contained: Sample.request)
        let items = try Sample.items(Sample.bundle([Sample.patient, carrier]))
        #expect(items.map { $0.resource.type } == ["Patient", "Task", "ServiceRequest"])
        #expect(items.map { $0.need } == [.indispensable, .none, .alternative])
        let old = request("'status':'completed','intent':'order'", id: "old")
        let both = try Sample.items(Sample.bundle([Sample.patient, Sample.request, old]))
        #expect(both.map { $0.need } == [.indispensable, .alternative, .none])
    }

    @Test(
        "a document says whether its patient has died",
        arguments: [
            ("'deceasedBoolean':true", true), ("'deceasedDateTime':'2026-11-20'", true),
            ("'_deceasedDateTime':{'extension':[{'url':'u','valueCode':'unknown'}]}", true),
            ("'deceasedBoolean':'true'", true), ("'deceasedBoolean':false", false),
            ("'deceasedBoolean':false,'_deceasedBoolean':{'id':'1'}", false),
            ("'deceasedDateTime':null", false), ("'active':true", false),
        ])
    func deceased(member: String, isDeceased: Bool) throws {
        let patient = Sample.patient.replacing("'id':'p'", with: "'id':'p',\(member)")
        let inspection = try PayloadInspector().inspect(
            Sample.bytes(Sample.bundle([patient, Sample.request])),
            expecting: Sample.expectation())
        #expect(inspection.isPatientDeceased == isDeceased)
    }
}
