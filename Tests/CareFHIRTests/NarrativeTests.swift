import Testing

@testable import CareFHIR

@Suite("Narratives keep their meaning without their markup")
struct NarrativeTests {
    @Test(
        "what is struck out, hidden, raised or in a cell of its own stays so",
        arguments: [
            (
                "<div>No <del>penicillin</del> allergy</div>",
                ["No [struck out: penicillin] allergy"]
            ),
            ("<p><s>HIV positive</s></p>", ["[struck out: HIV positive]"]),
            ("<p><strike>a<b>b</b></strike>c</p>", ["[struck out: ab] c"]),
            (
                "<p><span style=\"text-decoration: line-through\">a</span>b</p>",
                ["[struck out: a] b"]
            ),
            ("<p><span style='display: none'>a</span>b</p>", ["[hidden: a] b"]),
            ("<p>10<sup>9</sup>/L</p>", ["10^9/L"]),
            ("<table><tr><td>Allergy</td><td>No</td></tr></table>", ["Allergy | No"]),
            ("<p>a<!-- x > y -->b</p>", ["ab"]),
            ("<p title=\"a > b\">c</p>", ["c"]),
            ("<p>&le; 5 &#177; 1</p>", ["≤ 5 ± 1"]),
            ("<img src=\"x\" alt=\"no fracture\"/>", ["[picture: no fracture]"]),
            ("<p>a<br/>b</p><ul><li>c</li></ul>", ["a", "b", "c"]),
            ("<p>open <del>end", ["open [struck out: end"]), ("a < b", ["a"]), ("<", []),
        ])
    func reads(markup: String, lines: [String]) {
        #expect(Narrative.lines(of: markup) == lines)
    }
}
