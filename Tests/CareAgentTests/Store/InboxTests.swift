import CareCore
import CareModel
import Testing

@testable import CareAgent

@Suite("Inbox and what is known of referrals")
struct InboxTests {
    private let folder: Folder
    private let store: AgentStore

    init() throws {
        folder = try Folder()
        store = try AgentStore(directory: folder.path)
    }

    @Test("a referral is found by its number and listed newest first")
    func numbers() throws {
        let ids = [AgentIDs.system.referral(), AgentIDs.system.referral()]
        for (index, id) in ids.enumerated() {
            try store.remember(
                Sample.referral(id, version: 1, state: .requested, updatedAt: Int64(index + 1)))
        }
        #expect(try store.referrals().map(\.id) == ids.reversed())
        #expect(try store.referral(number: ReferralNumber(ids[0]))?.id == ids[0])
    }

    @Test("a referral of one's own leads to the patient's alias")
    func patients() throws {
        let identifier = try #require(Sample.patient)
        let patient = AgentStore.Patient(
            alias: "p7", identifier: identifier, name: "A", birthDate: "1950-01-02")
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.put(patient)
        try store.enqueue(draft, at: Sample.time)
        #expect(try store.patient(of: id)?.alias == "p7")
        #expect(try store.patient(of: AgentIDs.system.referral()) == nil)
        #expect(try store.patient("p7")?.birthDate == "1950-01-02")
        #expect(try store.removePatient("p7"))
        #expect(try !store.removePatient("p7"))
        #expect(try store.patients().isEmpty)
    }
}
