import ArgumentParser
import CareBroker
import CareCore
import CareModel
import CareStore
import CareStoreSQLite
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the broker until it is told to stop.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the broker until it is told to stop (SIGTERM, SIGINT or careloopd stop).")

    @OptionGroup var data: DataOptions

    @Flag(help: "Also log what is only of use when something is wrong.")
    var verbose = false

    func run() async throws {
        // A core file would hold patients' data. The unit says so too; this is for runs by hand.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let files = data.files
        let settings = try await BrokerSettings.load(files)
        var logger = Logger(label: "careloopd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .info
        if settings.policy.implicitConsent != .deny {
            logger.warning(
                "where no directive applies, consent is \(settings.policy.implicitConsent.rawValue)"
            )
        }
        var configuration = BrokerConfiguration(
            controlEndpoint: settings.controlEndpoint, eventsEndpoint: settings.eventsEndpoint,
            adminSocketPath: settings.adminSocketPath, keys: try files.keys(),
            patients: try files.patients(), policy: settings.policy,
            program: "careloopd \(CareloopD.version)")
        configuration.publishedEventsEndpoint = settings.publishedEventsEndpoint
        let service = BrokerService(
            broker: try Broker(configuration: configuration, logger: logger),
            directory: files.directory, reserveByteCount: settings.reserveByteCount, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            throw OperatorFailure("the broker ended: \(error)")
        }
    }
}

/// Runs a broker as one of the process's services.
struct BrokerService: ServiceLifecycle.Service {
    let broker: Broker
    let directory: String
    let reserveByteCount: UInt64
    let logger: Logger

    func run() async throws {
        let (directory, reserveByteCount) = (directory, reserveByteCount)
        try await withGracefulShutdownHandler {
            try await broker.run(
                store: { () throws(StoreError) in
                    try SQLiteStore(directory: directory, reserveByteCount: reserveByteCount)
                },
                onReady: { endpoints in
                    logger.info(
                        "ready: agents at \(endpoints.control), events at \(endpoints.events)")
                })
        } onGracefulShutdown: {
            broker.stop()
        }
        logger.info("ended in good order")
    }
}
