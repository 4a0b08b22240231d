import CareModel
import Testing

@Suite("Names are short, plain and unambiguous")
struct NameTests {
    private static let good = [
        "a", "0", "practice-01", "dr.example", "a--b", "9.9.9", "x-", "x.",
        String(repeating: "a", count: 64),
    ]

    private static let bad = [
        "", "-a", ".a", "A", "a_b", "a b", "a:b", "é", "a\u{0}", "a/b", "a\n", "ａ",
        String(repeating: "a", count: 65),
    ]

    @Test("a good name is taken as it is", arguments: good)
    func accepted(text: String) throws {
        #expect(OrganisationID(text)?.name == text)
        #expect(ServiceID(text)?.description == text)
        #expect(AgentID(text)?.name == text)
        #expect(Mailbox("agent:" + text)?.description == "agent:" + text)
        #expect(Mailbox("service:" + text)?.description == "service:" + text)
        for kind in ["organisation", "agent", "service"] {
            #expect(StreamName("\(kind):\(text)")?.description == "\(kind):\(text)")
        }
    }

    @Test("a bad name is nobody's", arguments: bad)
    func rejected(text: String) {
        #expect(OrganisationID(text) == nil)
        #expect(ServiceID(text) == nil)
        #expect(AgentID(text) == nil)
        #expect(Mailbox("agent:" + text) == nil)
        #expect(Mailbox("service:" + text) == nil)
        #expect(StreamName("organisation:" + text) == nil)
    }

    @Test(
        "only agents and services have mailboxes",
        arguments: ["", "a", ":", ":a", "agent", "agent:", "Agent:a", "organisation:a", " agent:a"])
    func noMailbox(text: String) { #expect(Mailbox(text) == nil) }

    @Test("a mailbox's stream has the mailbox's name")
    func mailboxStream() throws {
        let mailbox = try #require(Mailbox("service:cardiology"))
        #expect(StreamName("service:cardiology") == .mailbox(mailbox))
        #expect(
            StreamName("organisation:clinic") == .organisation(OrganisationID(unchecked: "clinic")))
        for text in ["", "stream:a", "organisation", "organisation:", "organisationx:a"] {
            #expect(StreamName(text) == nil, "\(text)")
        }
    }

    @Test("names and mailboxes have one order")
    func order() throws {
        let texts = ["service:b", "agent:b", "agent:a", "service:a"]
        let mailboxes = try texts.map { try #require(Mailbox($0)) }.sorted()
        #expect(mailboxes.map(\.description) == ["agent:a", "agent:b", "service:a", "service:b"])
        #expect(AgentID(unchecked: "a") < AgentID(unchecked: "b"))
    }

    @Test("an identifier needs a value and is compared exactly")
    func businessIdentifier() {
        #expect(BusinessIdentifier(system: "urn:x", value: "") == nil)
        let one = BusinessIdentifier(system: "urn:x", value: "A1")
        #expect(one != nil)
        #expect(one != BusinessIdentifier(system: "urn:x", value: "a1"))
        #expect(one != BusinessIdentifier(system: "", value: "A1"))
    }

    @Test("a patient key has 32 bytes", arguments: [0, 16, 31, 33, 64])
    func patientKey(count: Int) {
        #expect(PatientKey(bytes: [UInt8](repeating: 0, count: count)) == nil)
    }

    @Test("a patient key gives its bytes back, and is ordered and compared by all of them")
    func patientKeyBytes() throws {
        let bytes = (0..<32).map { UInt8(100 + $0) }
        let key = try #require(PatientKey(bytes: bytes))
        #expect(key.bytes == bytes)
        var written: [UInt8] = [1]
        key.append(to: &written)
        #expect(written == [1] + bytes)
        for place in 0..<32 {
            var more = bytes
            more[place] += 1
            // Whatever comes after it, the first difference decides.
            for later in place + 1..<32 { more[later] -= 1 }
            let other = try #require(PatientKey(bytes: more))
            #expect(other != key && key < other && !(other < key))
            #expect(other.bytes == more)
        }
        #expect(!(key < key))
    }

    @Test("an agent works its own mailbox and those of its services, and no other")
    func works() throws {
        let agent = Agent(
            id: AgentID(unchecked: "ann"), organisation: OrganisationID(unchecked: "clinic"),
            name: "Ann", publicKey: "", roles: [.specialist],
            services: [ServiceID(unchecked: "z"), ServiceID(unchecked: "b")])
        #expect(agent.mailboxes.map(\.description) == ["agent:ann", "service:b", "service:z"])
        for mailbox in agent.mailboxes { #expect(agent.works(mailbox)) }
        for text in ["agent:bob", "service:ann", "agent:b"] {
            #expect(!agent.works(try #require(Mailbox(text))))
        }
    }

    @Test("fences and deliveries are counted upwards")
    func counters() {
        #expect(Fence(0) < Fence(0).next)
        #expect(Fence(7).next == Fence(8))
        #expect(DeliveryID(1) < DeliveryID(2))
        #expect(MessageNumber(1) < MessageNumber(2))
    }

    @Test("a page never asks for more than the most, nor for less than one row")
    func page() {
        for (limit, expected) in [(0, 200), (-1, 200), (201, 200), (1, 1), (200, 200), (.max, 200)]
        {
            #expect(Page(limit: limit).limit == expected, "\(limit)")
        }
    }
}
