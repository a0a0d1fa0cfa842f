package fcvm.agent;

import fcvm.agent.machine.MachineAgent;
import fcvm.agent.protocol.InnerFcvm;
import java.io.IOException;
import java.time.Duration;

/// The emulated machine, until it is told to stop: by SIGTERM, or by its own idleness.
final class MachineRole {
  private final Reaper reaper;
  private final PowerOff powerOff;
  private final Console console;

  MachineRole(Reaper reaper, PowerOff powerOff, Console console) {
    this.reaper = reaper;
    this.powerOff = powerOff;
    this.console = console;
  }

  /// Does not return: the machine goes while it serves.
  ///
  /// @param words of which `fcvm.idle=SECONDS` matters; 0 or none is for never
  void run(KernelCommandLine words) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(powerOff::now, "power-off"));
    try {
      NetworkSetup.runMachine();
    } catch (IOException e) {
      // It serves all the same; what needs a network will say so.
      console.error("the machine's network: " + e.getMessage());
    }
    ExecService service =
        new ExecService(reaper, new SystemTarget(InnerFcvm.environmentOfMachine()));
    new MachineAgent(service::serve, powerOff::now, idleLimit(words)).run();
  }

  private static Duration idleLimit(KernelCommandLine words) throws IOException {
    String seconds = words.find("fcvm.idle");
    try {
      return seconds == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(seconds));
    } catch (NumberFormatException e) {
      throw new IOException("fcvm.idle on the kernel's command line is no number: " + seconds, e);
    }
  }
}
