internal import Foundation

/// Is what ``AtomicFile`` asks of the system; tests let each call fail.
///
/// Each answers as its namesake does: below 0 for a failure, which `errno` then names.
public struct FileCalls: Sendable {
    var open: @Sendable (_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt
    var write: @Sendable (_ descriptor: CInt, _ bytes: ArraySlice<UInt8>) -> Int
    var fsync: @Sendable (_ descriptor: CInt) -> CInt
    var close: @Sendable (_ descriptor: CInt) -> CInt
    var rename: @Sendable (_ old: String, _ new: String) -> CInt
    var unlink: @Sendable (_ path: String) -> CInt

    /// The calls of this machine.
    public static let system = FileCalls(
        open: { Foundation.open($0, $1, $2) },
        write: { descriptor, bytes in
            bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        },
        fsync: { Foundation.fsync($0) },
        close: { Foundation.close($0) },
        rename: { Foundation.rename($0, $1) },
        unlink: { Foundation.unlink($0) })
}
