public import CareModel

/// Says in plain words what a patient's directive rules, for the people who recorded it.
public struct ConsentSummary: Hashable, Sendable {
    /// One line, such as "permits Mercy (mercy) for coordination of care, except HIV-related
    /// content".
    public let line: String
    /// The same rule by rule, a line for each part.
    public let lines: [String]

    /// Reads a FHIR Consent, alone or in a Bundle.
    ///
    /// - Parameters:
    ///   - names: what organisations are called, by their ids.
    ///   - time: writes an instant for people; without it as the directive has it.
    /// - Throws: as ``FHIRConsentReader/read(_:)``.
    public init(
        of bytes: [UInt8], names: [String: String] = [:], time: ((Timestamp) -> String)? = nil
    ) throws(InspectionError) {
        self.init(try FHIRConsentReader().read(bytes).directive, names: names, time: time)
    }

    /// Describes a directive that was read already.
    public init(
        _ directive: ConsentDirective, names: [String: String] = [:],
        time: ((Timestamp) -> String)? = nil
    ) {
        let words = RuleWords(names: names, time: time)
        var status = directive.status == .active ? "" : "[\(directive.status.rawValue)] "
        if !directive.isVerified { status += "[not verified] " }
        switch directive.subject {
        case .privacy: break
        case .other(let what):
            line = PlainText.line("\(status)is \(what), on which careloop does not decide")
            lines = [line]
            return
        case .unclear(let why):
            if case .stated = directive.rule { status += "is \(why), so it permits nothing: it " }
        }
        switch directive.rule {
        case .unreadable(let reason):
            line = PlainText.line("\(status)cannot be understood, so it holds back: \(reason)")
            lines = [line]
        case .stated(let base, let root):
            line = PlainText.line(status + words.line(base, root))
            lines = words.lines(base, root).map { PlainText.indented($0) }
        }
    }
}

extension PlainText {
    /// A line that keeps the blanks it begins with.
    fileprivate static func indented(_ text: String) -> String {
        String(text.prefix { $0 == " " }) + line(text)
    }
}

/// Names the codes of directives in plain words.
public enum ConsentWords {
    /// A purpose of use (v3-ActReason), such as "coordination of care".
    public static func purpose(_ code: String) -> String {
        switch code {
        case "COC": "coordination of care"
        case "TREAT": "treatment"
        case "ETREAT": "emergency treatment"
        case "BTG": "break-glass"
        case "CAREMGT": "care management"
        case "HPAYMT": "payment"
        case "HOPERAT": "operations"
        case "HRESCH": "research"
        case "PUBHLTH": "public health"
        case "PATRQT": "the patient's own request"
        case "HMARKT": "marketing"
        default: code.isEmpty ? "a purpose that cannot be read" : "the purpose \(code)"
        }
    }

    /// A security label, such as "HIV-related content".
    public static func label(_ label: Coding) -> String {
        if CodeSystem.canonical(label.system) == CodeSystem.confidentiality,
            let level = levels[label.code]
        {
            return "\(level) content (\(label.code))"
        }
        return sensitivities[label.code].map { "\($0) content" }
            ?? "content labelled \(label.code.isEmpty ? "with something unreadable" : label.code)"
    }

    /// The sensitivities of v3-ActCode that directives usually name, with their words.
    public static let sensitivities = [
        "BH": "behavioural health", "COGN": "cognitive disability",
        "DVD": "developmental disability",
        "EMOTDIS": "emotional disturbance", "ETH": "substance use",
        "ETHUD": "alcohol use", "GDIS": "genetic disease", "HIV": "HIV-related",
        "MH": "mental health", "MST": "military sexual trauma", "OPIOIDUD": "opioid use",
        "PREGNANT": "pregnancy", "PSY": "psychiatric", "PSYTHPN": "psychotherapy note",
        "SCA": "sickle cell", "SDV": "sexual assault, abuse and domestic violence",
        "SEX": "sexuality and reproductive health", "SICKLE": "sickle cell",
        "SPI": "specially protected", "STD": "sexually transmitted disease",
        "SUD": "substance use disorder", "TBOO": "taboo", "VIO": "violence",
    ]

    private static let levels = [
        "U": "unrestricted", "L": "low-confidentiality", "M": "moderately confidential",
        "N": "normally confidential", "R": "restricted", "V": "very restricted",
    ]

    /// "a", "a and b", "a, b and c".
    static func list(_ items: [String], _ joint: String = "and") -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(joint) \(last)"
    }
}

/// Writes rules with their exceptions.
private struct RuleWords {
    let names: [String: String]
    let time: ((Timestamp) -> String)?

    // One line

    func line(_ base: ConsentEffect, _ root: ConsentProvision) -> String {
        if let narrowed = narrowed(base, root) { return narrowed }
        let content = content(root.content)
        let what = content.isEmpty ? "" : ", only \(content)"
        return head(base, root) + what + exceptions(base, root)
    }

    /// A prohibition of all but some content is a permission of that content only.
    private func narrowed(_ base: ConsentEffect, _ root: ConsentProvision) -> String? {
        guard base == .deny, root.content.isEmpty, let inner = root.provisions.first,
            root.provisions.count == 1, effect(of: inner, under: base) == .permit,
            conditions(inner).isEmpty
        else { return nil }
        let content = content(inner.content)
        guard !content.isEmpty else { return nil }
        return head(.permit, root) + ", only \(content)" + exceptions(.permit, inner)
    }

    private func head(_ effect: ConsentEffect, _ rule: ConsentProvision) -> String {
        let who = rule.actors.isEmpty ? "everybody" : actors(rule.actors)
        let parts = [
            effect == .permit ? "permits" : "forbids", who, actions(rule), purposes(rule),
            period(rule.period),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func exceptions(_ base: ConsentEffect, _ rule: ConsentProvision) -> String {
        rule.provisions.map { child in
            let effect = effect(of: child, under: base)
            let word =
                effect == base ? ", and \(effect == .permit ? "permits" : "forbids")" : ", except"
            let inner = exceptions(effect, child)
            return "\(word) \(about(child))" + (inner.isEmpty ? "" : " (\(inner.dropFirst(2)))")
        }.joined()
    }

    private func about(_ rule: ConsentProvision) -> String {
        let content = content(rule.content)
        let conditions = conditions(rule)
        guard content.isEmpty else {
            return conditions.isEmpty ? content : "\(content) \(conditions)"
        }
        return conditions.isEmpty ? "everything" : conditions
    }

    /// Whom, what for and when, of an exception.
    private func conditions(_ rule: ConsentProvision) -> String {
        let who = rule.actors.isEmpty ? "" : "for \(actors(rule.actors))"
        return [who, actions(rule), purposes(rule), period(rule.period)]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    // Line by line

    func lines(_ base: ConsentEffect, _ root: ConsentProvision, depth: Int = 0) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        let word = base == .permit ? "Permits" : "Forbids"
        var lines = [depth == 0 ? word : "\(indent)Except: \(word.lowercased())"]
        func add(_ title: String, _ text: String, whenEmpty: String) {
            guard depth == 0 || !text.isEmpty else { return }
            lines.append("\(indent)  \(title): \(text.isEmpty ? whenEmpty : text)")
        }
        add("Who", actors(root.actors), whenEmpty: "everybody")
        add("What", content(root.content), whenEmpty: "everything")
        add("Why", purposes(root), whenEmpty: "for any purpose")
        add("Doing", actions(root), whenEmpty: "anything")
        add("When", period(root.period), whenEmpty: "always")
        for child in root.provisions {
            lines += self.lines(effect(of: child, under: base), child, depth: depth + 1)
        }
        return lines
    }

    // Parts

    private func effect(
        of rule: ConsentProvision, under parent: ConsentEffect
    ) -> ConsentEffect { rule.type ?? parent.opposite }

    private func actors(_ actors: [ConsentActor]) -> String {
        ConsentWords.list(actors.map { actor($0) })
    }

    private func actor(_ actor: ConsentActor) -> String {
        switch actor.side {
        case .recipient, .either: name(actor)
        case .sender: "\(name(actor)) as the sender"
        case .unplaced: "\(name(actor)) in a role that is not understood"
        }
    }

    private func name(_ actor: ConsentActor) -> String {
        if let parts = actor.parts {
            return ConsentWords.list(parts.map { name($0) }, "at")
        }
        if let members = actor.members {
            return members.isEmpty ? "nobody" : "the group of \(actors(members))"
        }
        let own = actor.identifiers.first { $0.system == ConsentActor.organisationSystem }
        if let id = own?.value {
            return names[id].map { "\($0) (\(id))" } ?? id
        }
        guard actor.isResolved else { return "somebody who cannot be told apart" }
        return actor.identifiers.first?.value ?? actor.reference ?? "somebody"
    }

    private func purposes(_ rule: ConsentProvision) -> String {
        guard !rule.purposes.isEmpty else { return "" }
        return "for "
            + ConsentWords.list(rule.purposes.map { ConsentWords.purpose($0.code) }, "or")
    }

    private func actions(_ rule: ConsentProvision) -> String {
        guard !rule.actions.isEmpty else { return "" }
        let verbs = rule.actions.map { $0.code.isEmpty ? "do something unreadable" : $0.code }
        return "to \(ConsentWords.list(verbs, "or"))"
    }

    private func period(_ period: ConsentPeriod?) -> String {
        guard let period else { return "" }
        guard period.start != nil || period.end != nil else { return "at times nobody can read" }
        let start = period.start.map { bound in
            "from \(moment(bound, at: bound.instant, wholeDay: " 00:00"))"
        }
        let end = period.end.map { bound in
            // The bound is the first instant that is outside.
            let last = bound.instant + .milliseconds(-1)
            return "until \(moment(bound, at: last, wholeDay: " 23:59"))"
        }
        return [start, end].compactMap { $0 }.joined(separator: " ")
    }

    private func moment(
        _ bound: ConsentPeriod.Bound, at instant: Timestamp, wholeDay: String
    ) -> String {
        guard !bound.isLocalDate, let time else { return bound.text }
        let text = time(instant)
        return text.hasSuffix(wholeDay) ? String(text.dropLast(wholeDay.count)) : text
    }

    /// The conditions on content, all of which must fit.
    private func content(_ content: ContentCondition) -> String {
        var parts: [String] = []
        func add(_ items: [String], _ joint: String = "or") {
            if !items.isEmpty { parts.append(ConsentWords.list(items, joint)) }
        }
        add(content.securityLabels.map { ConsentWords.label($0) }, "and")
        add(content.classes.map { "\($0.code) resources" }, "and")
        add(content.documentTypes.map { "documents of type \($0.code)" }, "and")
        add(
            content.codes.map {
                "what is coded \($0.code)" + ($0.system.isEmpty ? "" : " (\($0.system))")
            }, "and")
        if !content.data.isEmpty {
            let count = content.data.count
            parts.append(count == 1 ? "one particular record" : "\(count) particular records")
        }
        let made = period(content.dataPeriod)
        if !made.isEmpty { parts.append("what was made \(made)") }
        if content.expression != nil { parts.append("what fits a condition nobody can evaluate") }
        return parts.joined(separator: " that is also ")
    }
}
