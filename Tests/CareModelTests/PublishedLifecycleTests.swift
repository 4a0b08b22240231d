import CareModel
import Testing

@Suite("The lifecycle in code is the published one")
struct PublishedLifecycleTests {
    let file: PublishedLifecycle

    init() throws { file = try PublishedFiles.lifecycle() }

    @Test("the states are the same, in the same order, and the same ones have ended")
    func states() {
        #expect(file.states.map(\.name) == ReferralState.allCases.map(\.rawValue))
        for state in file.states {
            #expect(ReferralState(rawValue: state.name)?.hasEnded == state.ended, "\(state.name)")
        }
    }

    @Test("each state is projected to a status that FHIR R4 Task has")
    func taskStatuses() {
        let known: Set = [
            "draft", "requested", "received", "accepted", "rejected", "ready", "cancelled",
            "in-progress", "on-hold", "failed", "completed", "entered-in-error",
        ]
        for state in file.states { #expect(known.contains(state.taskStatus), "\(state.name)") }
    }

    @Test("actors, moves and priorities are the same")
    func names() {
        #expect(Set(file.actors) == Set(ReferralActor.allCases.map(\.rawValue)))
        #expect(Set(file.moves) == Set(ReferralMove.allCases.map(\.rawValue)))
        #expect(file.moves.count == ReferralMove.allCases.count)
        #expect(file.priorities == Priority.allCases.map(\.rawValue))
    }

    @Test("every transition of the file is in the table, and every one of the table in the file")
    func transitions() {
        let published = file.transitions.map(Comparable.init)
        let coded = Transition.table.map(Comparable.init)
        for row in coded { #expect(published.contains(row), "not published: \(row)") }
        for row in published { #expect(coded.contains(row), "not in code: \(row)") }
        #expect(published.count == coded.count)
        #expect(Set(coded.map(\.row)) == Set(1...21))
    }

    @Test("the reason sets are the same, code by code")
    func reasons() {
        let coded = ReasonSet.all.map { PublishedLifecycle.Reasons(name: $0.name, codes: $0.codes) }
        #expect(Set(file.reasonSets.map(\.name)).count == file.reasonSets.count)
        for set in coded { #expect(file.reasonSets.contains(set), "not published: \(set.name)") }
        for set in file.reasonSets { #expect(coded.contains(set), "not in code: \(set.name)") }
    }

    @Test("every reason set serves a transition and every transition names a known set")
    func reasonsAreUsed() {
        let used = Set(file.transitions.compactMap(\.reason))
        #expect(used == Set(file.reasonSets.map(\.name)))
    }

    @Test("no reason set names a code twice")
    func reasonsAreDistinct() {
        for set in ReasonSet.all { #expect(Set(set.codes).count == set.codes.count, "\(set.name)") }
    }

    @Test("the delivery states are the same and the same ones are settled")
    func deliveries() {
        let coded = DeliveryState.allCases.map {
            PublishedLifecycle.Delivery(name: $0.rawValue, settled: $0.isSettled)
        }
        #expect(file.deliveryStates == coded)
    }

    @Test("only rows 20 have a condition: the table itself cannot say who strikes a question out")
    func conditions() {
        let conditional = file.transitions.filter { $0.condition != nil }
        #expect(conditional.map(\.row) == [20, 20])
        #expect(conditional.allSatisfy { $0.from.contains("info-requested") })
    }

    /// What table and file both say of a row.
    private struct Comparable: Hashable {
        let row: Int
        let move: String
        let from: Set<String>
        let to: String
        let actors: Set<String>
        let reason: String?

        init(_ published: PublishedLifecycle.Row) {
            row = published.row
            move = published.move
            from = published.from
            to = published.to
            actors = published.actors
            reason = published.reason
        }

        init(_ coded: Transition) {
            row = coded.row
            move = coded.move.rawValue
            from = Set(coded.from.map(\.rawValue))
            actors = Set(coded.actors.map(\.rawValue))
            to =
                switch coded.to {
                case .state(let state): state.rawValue
                case .whereItWas: "where-it-was"
                case .newLeg: "new-leg"
                }
            reason =
                switch coded.reason {
                case .none: nil
                case .required(let set): set.name
                }
        }
    }
}
