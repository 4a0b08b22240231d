public import CareModel

/// Is a file of consent questions in the form of the published conformance cases.
public struct ConsentCaseFile: Sendable {
    /// Is one question.
    public struct Case: Sendable {
        /// The row's name.
        public let id: String
        /// The patient's directives.
        public let directives: [ConsentDirective]
        /// Who asks for what.
        public let request: ConsentRequest
        /// The policy to apply where no directive speaks; nil if the row leaves it out.
        public let implicitPolicy: ImplicitPolicy?
        /// The resources to release; nil if the row names none.
        public let content: [ContentResource]?
    }

    /// The rows in the order of the file.
    public let cases: [Case]

    /// Reads a file: a JSON array of rows.
    ///
    /// - Throws: `not-json` and its kin, or `not-fhir` with the place of a row that cannot be
    /// asked.
    public init(_ bytes: [UInt8], zoneOffset: Duration = .zero) throws(InspectionError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes)
        } catch {
            throw InspectionError(error)
        }
        guard document.root.isArray else {
            throw InspectionError(.notFHIR, "A case file has to be an array of rows.")
        }
        let reader = CaseReader(zoneOffset: zoneOffset)
        var cases: [Case] = []
        for (place, row) in document.root.elements.enumerated() {
            do throws(ConsentFault) {
                cases.append(try reader.read(row))
            } catch {
                throw InspectionError(
                    .notFHIR, "Row \(place) of the case file cannot be asked: \(error.reason).")
            }
        }
        self.cases = cases
    }
}

/// Reads the rows of a case file.
private struct CaseReader {
    let zoneOffset: Duration

    func read(_ row: JSONValue) throws(ConsentFault) -> ConsentCaseFile.Case {
        guard let id = row["id"]?.string, let request = row["request"] else {
            throw ConsentFault("it lacks its id or its request")
        }
        var index = ReferenceIndex()
        for (name, resource) in row["references"]?.members ?? [] {
            if let name = name.string { index.add(resource, as: name) }
        }
        let reader = FHIRConsentReader(zoneOffset: zoneOffset)
        let consents = row["consents"]?.elements ?? []
        return ConsentCaseFile.Case(
            id: id, directives: Self.directives(consents, reader, index),
            request: try self.request(request, index: index),
            implicitPolicy: try policy(request["implicitPolicy"]),
            content: request["content"].map { content($0, in: request) })
    }

    /// Those without an id are not versions of one another.
    private static func directives(
        _ consents: [JSONValue], _ reader: FHIRConsentReader, _ index: ReferenceIndex
    ) -> [ConsentDirective] {
        consents.enumerated().map { place, consent in
            var directive = reader.read(consent, index: index).directive
            if consent["id"] == nil { directive.name = "consent \(place + 1)" }
            return directive
        }
    }

    private func request(
        _ value: JSONValue, index: ReferenceIndex
    ) throws(ConsentFault) -> ConsentRequest {
        let elements = ElementReader(zoneOffset: zoneOffset)
        let actors = ActorReader(index: index, elements: elements)
        guard let time = value["evaluationTime"] else {
            throw ConsentFault("it lacks its evaluationTime")
        }
        var request = ConsentRequest(
            time: try elements.date(time, at: "evaluationTime").start,
            recipient: try party(value["actor"], actors, at: "actor"), purposes: [])
        if let sender = value["sender"] ?? value["source"] {
            request.sender = try party(sender, actors, at: "sender")
        } else {
            // Who asks may be who keeps the data, as in FHIR's own examples. That somebody else
            // does not keep them, such a row does not say.
            request.sender = ConsentParty(request.recipient.names, known: [])
        }
        request.purposes = try codings(value["purposeOfUse"], elements, at: "purposeOfUse")
        request.categories = try codings(value["category"], elements, at: "category")
        request.actions = try codings(value["action"], elements, at: "action")
        if request.actions.isEmpty {
            // A release gives access and discloses.
            request.actions = [.action("access"), .action("disclose")]
        }
        request.classes = try codings(value["class"], elements, at: "class")
        request.authorisedPurposes = (value["actorAuthorizedFor"]?.listed ?? []).compactMap {
            $0.string.map { .purpose($0) }
        }
        return request
    }

    /// A party under all the names a row gives it.
    ///
    /// The kinds among them count as known. If both the organisation and the person are among them,
    /// it is no patient, relative or device.
    private func party(
        _ value: JSONValue?, _ actors: ActorReader, at path: String
    ) throws(ConsentFault) -> ConsentParty {
        var names: [ConsentActor] = []
        for actor in value?.listed ?? [] { names.append(try actors.actor(actor, at: path)) }
        var party = ConsentParty(names)
        if party.known.isSuperset(of: [.organisation, .practitioner]) {
            party.known.formUnion([.patient, .relatedPerson, .device])
        }
        return party
    }

    /// Codings, or codeable concepts, one or several.
    private func codings(
        _ value: JSONValue?, _ elements: ElementReader, at path: String
    ) throws(ConsentFault) -> [Coding] {
        var codings: [Coding] = []
        for element in value?.listed ?? [] {
            if element["coding"] != nil {
                codings += try elements.concept(element, at: path)
            } else {
                codings.append(try elements.coding(element, at: path))
            }
        }
        return codings
    }

    private func policy(_ value: JSONValue?) throws(ConsentFault) -> ImplicitPolicy? {
        guard let value else { return nil }
        guard let policy = value.string.flatMap({ ImplicitPolicy(named: $0) }) else {
            throw ConsentFault("its implicitPolicy is not known")
        }
        return policy
    }

    private func content(_ value: JSONValue, in request: JSONValue) -> [ContentResource] {
        let isLabelled = request["contentLabelled"]?.bool == true
        let extractor = ContentExtractor(zoneOffset: zoneOffset)
        return value.elements.map { resource in
            var content = extractor.content(
                of: resource, type: resource["resourceType"]?.string ?? "", fullURL: nil)
            if isLabelled, content.securityLabels.isEmpty {
                content.securityLabels = [.confidentiality("N")]
            }
            return content
        }
    }
}
