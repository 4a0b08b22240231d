import Foundation

/// A regular expression and what it means when it is found.
struct Pattern {
    let expression: String
    let problem: String

    init(_ expression: String, _ problem: String) {
        self.expression = expression
        self.problem = problem
    }

    /// Every place in `text` that matches, as text of the first group (or of the whole) and line.
    func matches(in text: String) throws -> [(text: String, line: Int, range: NSRange)] {
        let regex = try NSRegularExpression(pattern: expression, options: .anchorsMatchLines)
        let whole = text as NSString
        var line = 1
        var counted = 0
        return regex.matches(in: text, range: NSRange(location: 0, length: whole.length)).map {
            let range = $0.numberOfRanges > 1 ? $0.range(at: 1) : $0.range
            let between = NSRange(location: counted, length: max(0, range.location - counted))
            line += whole.substring(with: between).utf8.count { $0 == UInt8(ascii: "\n") }
            counted = max(counted, range.location)
            return (whole.substring(with: range), line, range)
        }
    }
}

/// An import, whose first group is the module.
let importLine = Pattern(
    #"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"#
        + #"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(\w+)"#,
    "imports")

/// Finds the patterns in the code of the files: not in comments, not in the words of literals.
func findings(of patterns: [Pattern], inCodeOf files: [SourceFile]) throws -> [Finding] {
    try files.flatMap { file in
        try patterns.flatMap { pattern in
            try pattern.matches(in: file.code).map { match in
                Finding(path: file.path, line: match.line, problem: pattern.problem)
            }
        }
    }
}

/// Finds the patterns anywhere in the files, comments included.
func findings(of patterns: [Pattern], inTextOf files: [SourceFile]) throws -> [Finding] {
    try files.flatMap { file in
        try patterns.flatMap { pattern in
            try pattern.matches(in: file.text).map { match in
                Finding(path: file.path, line: match.line, problem: pattern.problem)
            }
        }
    }
}
