import CareModel
import CareStore
import CareTestKit
import Testing

@testable import CareCore

@Suite("What a turn remembers is never what it decides on by mistake")
struct CacheTests {
    @Test("a patient is known as of an epoch, and told anew when it has moved")
    func consents() throws {
        var cache = ConsentCache()
        let patient = Town.patient(1)
        func read(_ state: ConsentState) -> PatientConsents {
            PatientConsents([.permitAll], overrides: state.overrides, epoch: state.epoch)
        }
        #expect(!cache.knows(patient, as: 0))
        var facts = Facts()
        facts.epochs = [patient: 3]
        facts.consentStates = [patient: ConsentState(epoch: 3)]
        let first = cache.consents(for: facts, read: read)
        #expect(first[patient]?.epoch == 3 && first[patient]?.directives.count == 1)
        #expect(cache.knows(patient, as: 3) && !cache.knows(patient, as: 4))
        // Known, so the store tells nothing; whoever else it tells of changes nothing in that.
        facts.epochs[Town.patient(2)] = 0
        facts.consentStates = [Town.patient(2): ConsentState(epoch: 0)]
        cache.trim()
        let second = cache.consents(for: facts, read: read)
        #expect(second[patient]?.epoch == 3 && second[Town.patient(2)]?.epoch == 0)
    }

    @Test("what one round asks for is kept through it, however much that is")
    func inspections() {
        var cache = InspectionCache()
        let items = (0..<1_000).map { _ in
            ContentItem(resource: ContentResource(type: "Observation"), need: .none)
        }
        for number in 1...200 as ClosedRange<Int64> {
            cache.note(Inspection(items), of: MessageNumber(number))
        }
        for _ in 1...3 {
            cache.trim()
            for number in 1...200 as ClosedRange<Int64> {
                let found = cache.inspection(of: MessageNumber(number))
                #expect(found?.items?.count == 1_000)
            }
        }
        cache.trim()
        cache.trim()
        let one = cache.inspection(of: MessageNumber(1))
        #expect(one != nil)
        for number in 1_000...1_060 as ClosedRange<Int64> {
            cache.note(Inspection(items), of: MessageNumber(number))
        }
        cache.trim()
        cache.trim()
        let forgotten = cache.inspection(of: MessageNumber(2))
        #expect(forgotten == nil)
    }
}
