import CareStore
import CareVault
import Foundation

/// Is a file of a few lines beside the database.
struct SmallFile {
    /// What messages call it.
    let name: String
    private let path: String

    init(_ name: String, in directory: String) {
        self.name = name
        path = directory + "/" + name
    }

    /// Its bytes; nil if there is no such file.
    func bytes() throws(FileTrouble) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            guard errno == ENOENT else { throw FileTrouble("\(name) cannot be read", errno) }
            return nil
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(file, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileTrouble("\(name) cannot be read", errno) }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }

    /// Puts a text in its place; durable when it returns.
    func replace(with text: String) throws(FileTrouble) {
        do throws(FileFailure) {
            try AtomicFile.replace(text.utf8, at: path)
        } catch {
            throw FileTrouble("\(name) cannot be written", error.number)
        }
    }
}

/// Says that a file beside the database could not be read or written.
struct FileTrouble: Error {
    private let what: String
    private let number: CInt

    init(_ what: String, _ number: CInt) {
        self.what = what
        self.number = number
    }

    /// Whether it may pass by itself: just now there is no room, no memory, no free descriptor.
    var mayPass: Bool { isFull || [EMFILE, ENFILE, ENOMEM].contains(number) }

    fileprivate var isFull: Bool { number == ENOSPC || number == EDQUOT }

    fileprivate var message: String {
        "the file \(what) in the data directory (\(String(cString: strerror(number)))); check the "
            + "disk, and the owner and mode of the file"
    }
}

extension StoreError {
    /// Says what it means for the store.
    init(_ trouble: FileTrouble) {
        self.init(trouble.isFull ? .full : .inputOutput, trouble.message)
    }
}
