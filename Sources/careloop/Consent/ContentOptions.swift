internal import ArgumentParser
internal import CareModel

/// Holds which content a directive is about.
struct ContentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "All but content with this label, such as HIV, PSY, ETH or R; may be repeated.",
            valueName: "code"))
    var exceptLabel: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only content with this label, such as N for what is not restricted; may be repeated. "
                + "What has no label counts as restricted.",
            valueName: "code"))
    var onlyLabel: [String] = []

    @Option(
        help: ArgumentHelp(
            "All but resources of this FHIR type; may be repeated.", valueName: "type"))
    var exceptClass: [String] = []

    @Option(
        help: ArgumentHelp(
            "All but what has this code; may be repeated. Quote it in the shell.",
            valueName: "system|code"))
    var exceptCode: [String] = []

    /// Whether anything was said.
    var isEmpty: Bool {
        exceptLabel.isEmpty && onlyLabel.isEmpty && exceptClass.isEmpty && exceptCode.isEmpty
    }

    /// Is what the options come to.
    struct Content {
        let exceptLabels: [Coding]
        let onlyLabels: [Coding]
        let exceptClasses: [Coding]
        let exceptCodes: [Coding]
    }

    /// Reads the options.
    func content() throws -> Content {
        Content(
            exceptLabels: try exceptLabel.map {
                try ContentInput.label($0, option: "--except-label")
            },
            onlyLabels: try onlyLabel.map { try ContentInput.label($0, option: "--only-label") },
            exceptClasses: try exceptClass.map {
                try ContentInput.resourceType($0, option: "--except-class")
            },
            exceptCodes: try exceptCode.map { try ContentInput.code($0, option: "--except-code") })
    }
}
