import Testing

@testable import ZeroMQ

@Suite("Errors and the library")
struct ErrorAndLibraryTests {
    private func bindError(_ endpoint: String, in context: Context) throws -> ZeroMQError {
        let socket = try Socket(.router, in: context)
        return try #require(throws: ZeroMQError.self) { try socket.bind(endpoint) }
    }

    @Test("a taken port is named, with what to do, and worth another try")
    func reportsAddressInUse() throws {
        let context = try Context()
        let first = try Socket(.router, in: context)
        try first.bind("tcp://127.0.0.1:*")
        let error = try bindError(first.lastEndpoint, in: context)
        #expect(error.code == .addressInUse)
        #expect(error.isRetriable)
        #expect(try "\(error)".hasPrefix("cannot bind \(first.lastEndpoint): "))
        #expect("\(error)".contains("stop the other program"))
        #expect(error.location.hasPrefix("ZeroMQ/Socket.swift:"))
    }

    @Test("bad endpoints are told apart and not worth another try")
    func reportsBadEndpoints() throws {
        let context = try Context()
        #expect(try bindError("nonsense", in: context).code == .invalidArgument)
        #expect(try bindError("foo://x", in: context).code == .protocolNotSupported)
        let folder = try bindError("ipc:///nonexistent/folder/x.sock", in: context)
        #expect(folder.code == .notFound)
        #expect(!folder.isRetriable)
        #expect("\(folder)".contains("create the folder"))
        let long = "ipc:///tmp/" + String(repeating: "x", count: 200)
        #expect(try bindError(long, in: context).code == .nameTooLong)
    }

    @Test("the socket limit of a context is reported as too many open files")
    func reportsSocketLimit() throws {
        let context = try Context(Context.Settings(socketLimit: 1))
        let first = try Socket(.pair, in: context)
        let error = try #require(throws: ZeroMQError.self) { _ = try Socket(.pair, in: context) }
        #expect(error.code == .tooManyOpenFiles)
        #expect(try first.receive() == nil)
    }

    @Test("a context refuses settings out of range")
    func refusesSettings() {
        let error = #expect(throws: ZeroMQError.self) {
            _ = try Context(Context.Settings(ioThreadCount: -1))
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test("the library is at least 4.3.4 and has ipc and CURVE")
    func knowsLibrary() {
        #expect(ZeroMQLibrary.version >= .init(4, 3, 4))
        #expect(ZeroMQLibrary.supports(.curve))
        #expect(ZeroMQLibrary.supports(.ipc))
        #expect(ZeroMQLibrary.Version(4, 3, 4) < .init(4, 10, 0))
        #expect("\(ZeroMQLibrary.Version(4, 3, 4))" == "4.3.4")
    }
}
