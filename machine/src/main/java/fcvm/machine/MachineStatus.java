package fcvm.machine;

import java.time.Instant;

/// How a machine is.
public sealed interface MachineStatus {
  /// It was never made, or was removed. Starting it makes it.
  record Absent() implements MachineStatus {}

  /// It can be started.
  record Stopped(MachineConfig config) implements MachineStatus {}

  /// It runs, or is starting.
  ///
  /// @param pid QEMU's
  record Running(MachineConfig config, int pid, Instant since) implements MachineStatus {}

  /// It ended without being told to. The next start cleans up after it.
  ///
  /// @param reason a phrase such as `its kernel panicked: …`
  record Crashed(MachineConfig config, String reason) implements MachineStatus {}
}
