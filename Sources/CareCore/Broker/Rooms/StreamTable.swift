internal import CareModel

/// Keeps the streams of the directory, as of one version of the store's registry.
///
/// How far a stream is, the store knows: ``Step/current(_:)``.
struct StreamTable: Equatable {
    private var byName: [StreamName: Stream]

    init(_ streams: [StreamName: Stream]) { byName = streams }

    /// The stream, without its head.
    subscript(name: StreamName) -> Stream? { byName[name] }

    /// Adds a stream, or gives it another token and key.
    mutating func put(_ stream: Stream) { byName[stream.name] = stream }

    /// Takes another version, and gives the streams whose token or key has changed.
    mutating func replace(with streams: [StreamName: Stream]) -> [Stream] {
        defer { byName = streams }
        return streams.values.filter { stream in
            byName[stream.name].map { $0.token != stream.token || $0.key != stream.key } == true
        }.sorted { $0.name < $1.name }
    }
}
