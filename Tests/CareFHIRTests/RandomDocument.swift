import CareModel
import CareTestKit

/// Is a random Bundle in which everything an item says has that item's own mark.
///
/// Items refer to each other in many ways, and texts of each quote the others.
struct RandomDocument {
    /// The JSON text, with `'` for quotes.
    private(set) var text = ""
    /// The marks of each item in the order of inspection: what is only there, and nowhere else but
    /// in what may quote it.
    private(set) var marks: [String] = []
    /// The items around the items.
    private(set) var containers: [Int?] = []

    private var random: SplitMix64
    private let count: Int

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        count = Int.random(in: 2...6, using: &random)
        // References may lead to entries before and after, so all have names from the start.
        var entries = [entry(RedactionSample.patient, mark: add(container: nil))]
        let request = add(container: nil)
        entries.append(entry(RedactionSample.request, mark: request))
        for number in 0..<count { entries.append(resource(number)) }
        let total = Bool.random(using: &random) ? "'total':\(entries.count)," : ""
        text =
            "{'resourceType':'Bundle','type':'collection',\(total)'entry':[\(entries.joined(separator: ","))],"
            + "'signature':{'data':'\(allMarks)'}}"
    }

    private mutating func add(container: Int?) -> String {
        marks.append("m\(marks.count)z")
        containers.append(container)
        return marks[marks.count - 1]
    }

    private func entry(_ resource: String, mark: String) -> String {
        "{'fullUrl':'urn:uuid:\(mark)','resource':\(resource)}"
    }

    /// What is quoted: marks of items that are there or will be.
    private var allMarks: String { (0..<60).map { "m\($0)z" }.joined(separator: " ") }

    /// The id of an entry's resource is not its mark: marks depend on what came before.
    private func id(_ number: Int) -> String { "id-\(number)-k" }

    /// What only the entry of that number says, and notes of those that refer to it.
    static func word(_ number: Int) -> String { "word-\(number)-k" }

    private mutating func reference(to number: Int) -> String {
        let type = "Observation/" + id(number)
        let form = [
            type, type + "/_history/1", "https://x.example/fhir/" + type,
            type.replacing("/", with: "\\/"), "Observation?_id=" + id(number),
        ].randomElement(using: &random)
        return "{'reference':'\(form ?? type)','display':'shown-\(number)-k'}"
    }

    private mutating func resource(_ number: Int) -> String {
        let place = marks.count
        let mark = add(container: nil)
        var members = ["'resourceType':'Observation'", "'id':'\(id(number))'"]
        members.append("'text':{'status':'generated','div':'<div>\(allMarks)</div>'}")
        if Bool.random(using: &random) {
            let inner = (0..<Int.random(in: 1...3, using: &random)).map { ordinal in
                contained(ordinal, in: place)
            }
            members.append("'contained':[\(inner.joined(separator: ","))]")
            members.append("'hasMember':[{'reference':'#c0','display':'d'},{'reference':'#c0'}]")
        }
        members.append("'identifier':[{'system':'urn:i','value':'\(mark)'}]")
        members.append("'subject':{'reference':'Patient/p'}")
        let coding = "{'system':'urn:s','code':'\(mark)','display':'\(mark) \\u00e9\\n'}"
        members.append(
            "'code':{'coding':[\(coding)\(labelled(in: place))],'text':'\(Self.word(number))'}")
        members.append("'valueQuantity':{'value':1.50,'unit':'\(mark)'}")
        let others = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            Int.random(in: 0..<count, using: &random)
        }
        if !others.isEmpty {
            let references = others.map { reference(to: $0) }.joined(separator: " , ")
            members.append("'derivedFrom':[\(references)]")
            let words = others.map { Self.word($0) }.joined(separator: " ")
            members.append("'note':[{'text':'\(words)'}]")
        }
        members.append(primitives(in: place))
        return " " + entry("{\(members.joined(separator: ", "))}", mark: mark)
    }

    private mutating func contained(_ ordinal: Int, in place: Int) -> String {
        let mark = add(container: place)
        return
            "{'resourceType':'Specimen','id':'c\(ordinal)','type':{'coding':[{'code':'\(mark)'}]},"
            + "'parent':[{'reference':'#c\(ordinal + 1)'},{'reference':'#c0'}]}"
    }

    /// More codings, some with labels inside.
    private mutating func labelled(in place: Int) -> String {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in
            let mark = add(container: place)
            return ",{\(RedactionSample.inline("PSY")),'code':'\(mark)'}"
        }.joined()
    }

    /// Names with labels beside them.
    private mutating func primitives(in place: Int) -> String {
        let given = (0..<3).map { _ -> (value: String, label: String) in
            guard Bool.random(using: &random) else { return ("plain", "null") }
            return (add(container: place), "{\(RedactionSample.inline("HIV"))}")
        }
        let values = given.map { "'\($0.value)'" }.joined(separator: ",")
        let labels = given.map { $0.label }.joined(separator: ", ")
        return "'given':[\(values)],'_given':[\(labels)]"
    }
}
