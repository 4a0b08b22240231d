import Testing

@Suite("Code is told from prose")
struct CodeTextTests {
    @Test(
        "comments and words are blanked, code and interpolations stay",
        arguments: [
            ("let a = 1 // b", "let a = 1     "),
            ("a /* b /* c */ d */ e", "a                   e"),
            (#"f("x y") + g"#, #"f("   ") + g"#),
            (#"f("a \"b\" c") + g"#, #"f("         ") + g"#),
            (#"f("a \(b(c)) d") + g"#, #"f("   (b(c))  ") + g"#),
            (#"f("a \(b("c")) d")"#, #"f("   (b(" "))  ")"#),
            ("f(#\"a \\(b) \"c\"#) + g", "f(#\"         \"#) + g"),
            ("f(#\"a \\#(b) c\"#)", "f(#\"    (b)  \"#)"),
            ("f(\"http://x\") + g", "f(\"        \") + g"),
        ])
    func blanksWords(text: String, code: String) {
        #expect(CodeText.blankingWords(of: text) == code)
    }

    @Test("lines stay where they are")
    func linesStay() {
        let text = "let a = \"\"\"\n  one \"two\"\n  \\(three)\n  \"\"\"\n/* x\n*/ let b\n"
        let code = CodeText.blankingWords(of: text)
        #expect(code == "let a = \"\"\"\n           \n   (three)\n  \"\"\"\n    \n   let b\n")
    }
}
