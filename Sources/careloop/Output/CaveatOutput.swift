internal import CareFHIR

/// Is what changes the meaning of something as scripts see it.
struct CaveatOutput: Encodable, Equatable {
    /// The type of the resource, such as `AllergyIntolerance`.
    let resource: String
    /// What the resource, or the part of it, is called.
    let title: String?
    /// The element that says so, such as `verificationStatus`.
    let element: String
    /// Its value, as it is written.
    let value: String?
    /// The same in words.
    let says: String

    /// Describes a remark on a document.
    init(_ remark: DocumentSummary.Remark) {
        self.init(remark.caveat, resource: remark.type, title: remark.title)
    }

    /// Describes a caveat.
    init(_ caveat: Caveat, resource: String, title: String? = nil) {
        self.resource = resource
        self.title = title
        element = caveat.element
        value = caveat.value
        says = caveat.says
    }
}
