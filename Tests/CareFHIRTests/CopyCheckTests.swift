import CareModel
import Testing

@testable import CareFHIR

@Suite("A copy is held against what was to be left")
struct CopyCheckTests {
    private let label = Coding(system: CodeSystem.actCode, code: "PSY")

    private func item(
        _ id: String, labels: [Coding] = [], container: Int? = nil, need: ContentItem.Need = .none
    ) -> ContentItem {
        ContentItem(
            resource: ContentResource(
                type: "Basic", references: ["Basic/\(id)"], securityLabels: labels,
                codes: [label], authors: ["Practitioner/a"], related: ["Basic/2"]),
            container: container, need: need)
    }

    private var original: [ContentItem] {
        [
            item("0", need: .indispensable), item("1"), item("2", container: 1),
            item("3", labels: [label]), item("4", container: 3),
        ]
    }

    /// Whether `copy` is what is to be left without the item at place 1 and what is in it.
    private func isSound(
        _ copy: [ContentItem], survivors: [Int] = [0, 3, 4], isAdmitted: Bool = false
    ) -> Bool {
        CopyCheck(
            original: original, copy: copy, survivors: survivors,
            redaction: Redaction(places: [1], isAdmitted: isAdmitted)
        ).isSound
    }

    private var left: [ContentItem] {
        [
            item("0", need: .indispensable), item("3", labels: [label]),
            item("4", container: 1),
        ]
    }

    @Test("what was to be left is sound, with fewer references and codes too")
    func sound() {
        #expect(isSound(left))
        var fewer = left
        fewer[1].resource.related = []
        fewer[1].resource.authors = []
        fewer[1].resource.codes = []
        fewer[1].resource.securityLabels = []
        #expect(isSound(fewer))
    }

    @Test("more or fewer resources, in another order or elsewhere, are not")
    func structure() {
        #expect(!isSound(Array(left.dropLast())))
        // The place says which item is left, so the rest may not be another's.
        #expect(!isSound(left, survivors: [0, 4, 3]))
        #expect(!isSound(left + [item("5")]))
        #expect(!isSound([left[1], left[0], left[2]]))
        #expect(!isSound(original, survivors: [0, 1, 2, 3, 4]))
        #expect(!isSound([left[0], left[1], item("4")]))
        #expect(!isSound([left[0], left[1], item("4", container: 0)]))
        #expect(!isSound([item("0"), left[1], left[2]]))
    }

    @Test("an item that says more than before is not")
    func additions() {
        let changes: [(inout ContentResource) -> Void] = [
            { $0.type = "Flag" }, { $0.references = ["Basic/x"] }, { $0.references = [] },
            { $0.codes.append(.confidentiality("N")) },
            { $0.securityLabels.append(.confidentiality("N")) },
            { $0.classes.append(.confidentiality("N")) }, { $0.related.append("x") },
            { $0.authors.append("x") },
        ]
        for change in changes {
            var copy = left
            change(&copy[1].resource)
            #expect(!isSound(copy))
        }
    }

    @Test("the label that admits is sound where it was asked for")
    func admission() {
        var copy = left
        copy[0].resource.securityLabels.append(Redactor.admission)
        #expect(isSound(copy, isAdmitted: true))
        #expect(!isSound(copy, isAdmitted: false))
    }
}
