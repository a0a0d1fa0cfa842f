package fcvm.agent;

import fcvm.agent.protocol.Event;
import java.io.IOException;

/// Process 1 of a guest, started by the initial RAM disk's script. The kernel's command line says
/// what the guest is: `fcvm.role=vm`, `machine` or `bench`; `fcvm.debug` makes it talkative.
public final class Main {
  private Main() {}

  /// @param args `--train` walks through the start without being process 1, to record it for the
  ///   AOT cache
  public static void main(String[] args) throws IOException {
    Event started = Event.now("agent-started");
    if (args.length == 1 && args[0].equals("--train")) {
      Training.run();
      return;
    }
    if (ProcessHandle.current().pid() != 1) {
      System.err.println("fcvm-agent: this is process 1 of a guest; use it as such");
      System.exit(1);
    }
    Console console = new Console(System.err, false);
    Reaper reaper = Reaper.start();
    PowerOff powerOff = new PowerOff(reaper, console);
    try {
      KernelCommandLine words = KernelCommandLine.read();
      console = new Console(System.err, words.has("fcvm.debug"));
      run(words, started, reaper, powerOff, console);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      // There is nobody else to hear of it, and nothing to go on with.
      console.error(e.toString());
    }
    powerOff.now();
  }

  private static void run(
      KernelCommandLine words, Event started, Reaper reaper, PowerOff powerOff, Console console)
      throws IOException, InterruptedException {
    GuestSystem system = new GuestSystem(console);
    system.mount();
    String role = words.find("fcvm.role");
    switch (role == null ? "" : role) {
      case "vm" -> new VmRole(reaper, system, console).run(started);
      case "machine" -> new MachineRole(reaper, powerOff, console).run(words);
      case "bench" -> {
        if (words.has(NetworkBenchRole.WORD)) {
          new NetworkBenchRole().run(words);
        } else {
          new BenchRole().run(words);
        }
      }
      default -> console.error("the kernel's command line has no fcvm.role that is known");
    }
  }
}
