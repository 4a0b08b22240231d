import CZeroMQ
import Glibc

/// A call of libzmq that did not do what was asked.
///
/// Its text names the operation, the endpoint or option it was about, and what to do. It never
/// shows the value of an option or the content of a message.
public struct ZeroMQError: Error, Sendable {
    /// The kind of failure: an `errno` value, one of libzmq's own, or one of this module's.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number as `zmq_errno` gives it.
        public let rawValue: Int32

        /// Makes a code from the number that `zmq_errno` gives.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }
    }

    /// The kind of failure.
    public let code: Code
    /// What was tried, as a verb: `bind`, `set option`.
    public let operation: String
    /// What it was tried on: an endpoint or the name of an option; nil when there is no more to say.
    public let subject: String?
    /// Where in the source it was noticed.
    public let location: String

    private let reason: String?

    init(
        _ code: Code, _ operation: String, _ subject: String? = nil, reason: String? = nil,
        fileID: StaticString = #fileID, line: UInt = #line
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.location = "\(fileID):\(line)"
    }

    /// Takes the code from `zmq_errno`; call it before anything else can change that.
    static func last(
        _ operation: String, _ subject: String? = nil,
        fileID: StaticString = #fileID, line: UInt = #line
    ) -> ZeroMQError {
        ZeroMQError(Code(rawValue: zmq_errno()), operation, subject, fileID: fileID, line: line)
    }

    /// Says what failed, in words of libzmq or of this module, without the remedy.
    public var message: String {
        reason ?? String(cString: zmq_strerror(code.rawValue))
    }

    /// Tells whether the same call can succeed later without a change of program or settings.
    public var isRetriable: Bool {
        switch code {
        case .wouldBlock, .interrupted, .addressInUse, .addressNotAvailable, .hostUnreachable,
            .tooManyOpenFiles, .tooManyOpenFilesInSystem, .outOfMemory, .noBufferSpace,
            .tooManyParts:
            true
        default:
            false
        }
    }
}

extension ZeroMQError: CustomStringConvertible {
    /// One line: what failed, why, and what to do.
    public var description: String {
        let object = subject.map { " \($0)" } ?? ""
        let advice = code.remedy.map { "; \($0)" } ?? ""
        return "cannot \(operation)\(object): \(message) (\(code.rawValue))\(advice)"
    }
}

extension ZeroMQError.Code {
    /// The call would have had to wait (`EAGAIN`).
    public static let wouldBlock = Self(rawValue: EAGAIN)
    /// A signal arrived during the call (`EINTR`).
    public static let interrupted = Self(rawValue: EINTR)
    /// The endpoint, option or value is not one that libzmq knows (`EINVAL`).
    public static let invalidArgument = Self(rawValue: EINVAL)
    /// Another socket has the endpoint (`EADDRINUSE`).
    public static let addressInUse = Self(rawValue: EADDRINUSE)
    /// The machine does not have the address, now (`EADDRNOTAVAIL`).
    public static let addressNotAvailable = Self(rawValue: EADDRNOTAVAIL)
    /// The operating system forbids it (`EACCES`).
    public static let permissionDenied = Self(rawValue: EACCES)
    /// Something that was named does not exist (`ENOENT`).
    public static let notFound = Self(rawValue: ENOENT)
    /// The named network interface does not exist (`ENODEV`).
    public static let noSuchInterface = Self(rawValue: ENODEV)
    /// The transport is not one that libzmq was built with (`EPROTONOSUPPORT`).
    public static let protocolNotSupported = Self(rawValue: EPROTONOSUPPORT)
    /// The transport cannot carry this kind of socket (`ENOCOMPATPROTO`).
    public static let protocolNotCompatible = Self(rawValue: ENOCOMPATPROTO)
    /// The library was built without what is asked of it (`ENOTSUP`).
    public static let notSupported = Self(rawValue: ENOTSUP)
    /// The `ipc://` path is longer than a Unix socket allows (`ENAMETOOLONG`).
    public static let nameTooLong = Self(rawValue: ENAMETOOLONG)
    /// The process has no file descriptor or socket left (`EMFILE`).
    public static let tooManyOpenFiles = Self(rawValue: EMFILE)
    /// The machine has no file descriptor left (`ENFILE`).
    public static let tooManyOpenFilesInSystem = Self(rawValue: ENFILE)
    /// There is no memory left (`ENOMEM`).
    public static let outOfMemory = Self(rawValue: ENOMEM)
    /// The kernel has no buffer left (`ENOBUFS`).
    public static let noBufferSpace = Self(rawValue: ENOBUFS)
    /// No peer has that routing id (`EHOSTUNREACH`).
    public static let hostUnreachable = Self(rawValue: EHOSTUNREACH)
    /// The call does not fit what was done before (`EFSM`).
    public static let wrongState = Self(rawValue: EFSM)
    /// The context was closed (`ETERM`).
    public static let contextClosed = Self(rawValue: ETERM)
    /// A message with more parts than the caller allows arrived and was dropped whole (`E2BIG`).
    public static let tooManyParts = Self(rawValue: E2BIG)

    /// What a person can do; nil when the words of libzmq say all there is.
    var remedy: String? {
        switch self {
        case .invalidArgument:
            "check the spelling of the endpoint and the range of the value"
        case .addressInUse:
            "stop the other program that has the endpoint, or choose another"
        case .addressNotAvailable, .noSuchInterface:
            "name an address that this machine has, or * for all"
        case .permissionDenied:
            "check the owner and mode of the folder, or choose a port above 1023"
        case .notFound:
            "create the folder of the ipc path first"
        case .protocolNotSupported, .notSupported:
            "install a libzmq that was built with it"
        case .nameTooLong:
            "use an ipc path of at most 107 bytes"
        case .tooManyOpenFiles:
            "raise the limit of open files (ulimit -n) or the context's socket limit"
        case .tooManyOpenFilesInSystem:
            "raise fs.file-max or close other programs"
        case .hostUnreachable:
            "wait until the peer has connected again"
        case .contextClosed:
            "the program is stopping; release the socket"
        case .tooManyParts:
            "the message was dropped; the socket can still be used"
        default:
            nil
        }
    }
}
