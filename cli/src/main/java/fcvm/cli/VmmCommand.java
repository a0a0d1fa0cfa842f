package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.linux.Terminal;
import fcvm.vmm.MicroVm;
import fcvm.vmm.VmConfig;
import fcvm.vmm.VmConfigFile;
import fcvm.vmm.VmExit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm vmm`: the monitor alone, with the guest's serial console on the terminal.
final class VmmCommand implements Command {
  private static final String NESTED = "--enable-nv2";
  private static final int BUFFER = 4096;
  private static final byte QUIT = 0x1d; // Ctrl-]

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm vmm [OPTIONS] --config-file FILE --no-api")
        .footer(
            "",
            "The guest's serial console is on the terminal; Ctrl-] ends the VM. Exit code: 0 when"
                + " the guest powered off or reset, 125 when it crashed.");
    spec.addOption(
            Option.value(
                "FILE", "The VM, as in Firecracker's configuration file.", "--config-file"))
        .addOption(Option.flag("Serve no API (there is none yet).", "--no-api"))
        .addOption(Option.flag("Virtio devices are on PCI, not on mmio.", "--enable-pci"))
        .addOption(NestedOption.describe(NESTED, "--nested"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String file = Option.get(parsed, "--config-file", "");
    if (file.isEmpty() || !Option.get(parsed, "--no-api", false)) {
      throw new UsageException("--config-file FILE and --no-api are needed: there is no API yet");
    }
    VmConfig config = VmConfigFile.read(Path.of(Raw.text(file)));
    Optional<String> mode = Option.find(parsed, NESTED);
    if (mode.isPresent()) {
      config = config.with(NestedOption.mode(NESTED, mode.get()));
    }
    if (Option.get(parsed, "--enable-pci", false)) {
      config = config.withPci();
    }
    AtomicInteger signalled = new AtomicInteger();
    try (MicroVm vm = MicroVm.boot(config, invocation.streams().out())) {
      Foreground foreground = new Foreground(true, true);
      Thread.ofPlatform().daemon().name("stdin").start(() -> type(invocation, vm));
      return foreground.run(
          signal -> {
            signalled.compareAndSet(0, signal);
            vm.stop();
          },
          _ -> {},
          () -> {
            foreground.attach();
            return exitCode(vm.await(), signalled.get());
          });
    }
  }

  private static int exitCode(VmExit exit, int signal) throws ContainerException {
    return switch (exit) {
      case VmExit.PowerOff _, VmExit.Reboot _ -> 0;
      case VmExit.Stopped _ -> signal == 0 ? 0 : 128 + signal;
      case VmExit.Crash crash -> throw new ContainerException("the VM crashed: " + crash.reason());
    };
  }

  // Ends with the process if nobody types.
  private static void type(Invocation invocation, MicroVm vm) {
    boolean terminal = Terminal.isTerminal(Terminal.STDIN);
    byte[] buffer = new byte[BUFFER];
    try {
      int length;
      while ((length = invocation.streams().in().read(buffer)) >= 0) {
        byte[] typed = Arrays.copyOf(buffer, length);
        if (terminal && contains(typed, QUIT)) {
          vm.stop();
          return;
        }
        vm.serialInput(typed);
      }
    } catch (IOException e) {
      return; // nothing to type any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }
}
