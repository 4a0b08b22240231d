import CZeroMQ

/// The libzmq that this process runs with.
public enum ZeroMQLibrary {
    /// A release of libzmq, ordered as releases are.
    public struct Version: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// The number that changes when programs must change.
        public let major: Int
        /// The number that changes when something was added.
        public let minor: Int
        /// The number that changes when something was mended.
        public let patch: Int

        /// Makes a version from its three numbers.
        public init(_ major: Int, _ minor: Int, _ patch: Int) {
            self.major = major
            self.minor = minor
            self.patch = patch
        }

        /// `MAJOR.MINOR.PATCH`.
        public var description: String { "\(major).\(minor).\(patch)" }

        /// Orders versions by major, then minor, then patch number.
        public static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
    }

    /// Something that a build of libzmq can leave out.
    public enum Capability: String, Sendable, CaseIterable {
        /// `ipc://` endpoints.
        case ipc
        /// CURVE encryption and authentication.
        case curve
        /// GSSAPI authentication.
        case gssapi
        /// `pgm://` multicast endpoints.
        case pgm
        /// `tipc://` endpoints.
        case tipc
        /// `norm://` multicast endpoints.
        case norm
        /// Interfaces that libzmq calls drafts.
        case draft
    }

    /// The version of the loaded library, which may be newer than the headers.
    public static var version: Version {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        zmq_version(&major, &minor, &patch)
        return Version(Int(major), Int(minor), Int(patch))
    }

    /// Tells whether the loaded library was built with a capability.
    public static func supports(_ capability: Capability) -> Bool {
        zmq_has(capability.rawValue) == 1
    }
}
