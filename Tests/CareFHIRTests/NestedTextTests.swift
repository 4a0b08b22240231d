import CareFHIR
import Testing

@Suite("What is nested is shown whole, and in its place")
struct NestedTextTests {
    private func lines(_ text: String) throws -> [String] {
        try DocumentSummary(of: Array(text.replacing("'", with: "\"").utf8), at: .noon).lines
    }

    @Test("the words of a group stand before what they turn round")
    func group() throws {
        let lines = try lines(
            """
            {'resourceType':'QuestionnaireResponse','item':[{'linkId':'1','text':'The patient denies:',
            'item':[{'linkId':'2','text':'Diabetes','answer':[{'valueBoolean':true}]},
            {'linkId':'3','text':'Asthma'},{'linkId':'4','item':[{'text':'Gout','answer':
            [{'valueBoolean':false,'item':[{'text':'Since','answer':[{'valueDate':'2019'}]}]}]}]}]}]}
            """)
        #expect(
            lines == [
                "Answers", "  The patient denies:", "    Diabetes = yes",
                "    Asthma (no answer)", "    Gout = no", "      Since = 2019",
            ])
    }

    @Test("whatever the depth, nothing vanishes")
    func depth() throws {
        for depth in 1...18 {
            var item = "{'text':'q\(depth)z','answer':[{'valueString':'a\(depth)z'}]}"
            var section = "{'title':'q\(depth)z','text':{'div':'<p>a\(depth)z</p>'}}"
            for level in (1..<depth).reversed() {
                let isAnswer = level % 2 == 0
                item =
                    isAnswer
                    ? "{'text':'q\(level)z','answer':[{'valueString':'a\(level)z','item':[\(item)]}]}"
                    : "{'text':'q\(level)z','item':[\(item)]}"
                section = "{'title':'q\(level)z','section':[\(section)]}"
            }
            let shown = [
                try lines("{'resourceType':'QuestionnaireResponse','item':[\(item)]}"),
                try lines("{'resourceType':'Composition','title':'t','section':[\(section)]}"),
            ]
            for lines in shown {
                let order = (1...depth).map { level in
                    lines.firstIndex { $0.contains("q\(level)z") } ?? -1
                }
                #expect(order == order.sorted() && !order.contains(-1), "\(lines)")
                #expect(lines.contains { $0.contains("a\(depth)z") })
            }
        }
    }
}
