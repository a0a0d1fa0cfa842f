package fcvm.cli;

import fcvm.container.AttachClient;
import fcvm.container.ContainerException;
import fcvm.container.VmRecord;
import fcvm.linux.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm attach`.
final class AttachCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm attach [OPTIONS] VM")
        .footer("", "Exit code: the container's; 0 after the keys that detach.");
    spec.addOption(
            Option.value(
                "KEYS",
                "Keys that detach (default: " + DetachKeys.DEFAULT + "); empty for none.",
                "--detach-keys"))
        .addOption(Option.flag("Only watch.", "--no-stdin"))
        .addOption(Option.flag("Keep signals from the container.", "--no-sig-proxy"))
        .addPositional(Option.argument(0, "VM", "Name of the VM, or how its id begins."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    byte[] keys = DetachKeys.parse(Option.get(parsed, "--detach-keys", DetachKeys.DEFAULT));
    boolean interactive = !Option.get(parsed, "--no-stdin", false);
    boolean tty = interactive && Terminal.isTerminal(Terminal.STDIN);
    Vms.Located found = Vms.findRunning(invocation, Raw.text(Option.get(parsed, 0, "")));
    if (found.machine().isPresent()) {
      List<String> command = new ArrayList<>(List.of("attach"));
      command.addAll(Arguments.options(parsed, Set.of()));
      command.addAll(List.of("--", found.vm().id()));
      return new Forward(invocation, interactive, tty)
          .run(found.machine()::orElseThrow, Forward.fcvm(invocation, command));
    }
    boolean signals = !Option.get(parsed, "--no-sig-proxy", false);
    return local(found.vm(), keys, interactive, tty, signals, invocation);
  }

  private static int local(
      VmRecord vm,
      byte[] keys,
      boolean interactive,
      boolean tty,
      boolean signals,
      Invocation invocation)
      throws Exception {
    AtomicBoolean detached = new AtomicBoolean();
    AtomicReference<Runnable> close = new AtomicReference<>(() -> {});
    Runnable detach =
        () -> {
          detached.set(true);
          close.get().run();
        };
    InputStream in = new DetachKeys(invocation.streams().in(), keys, detach);
    Streams streams = invocation.streams();
    try (AttachClient client =
        new AttachClient(vm, interactive, in, streams.out(), streams.err())) {
      close.set(() -> close(client));
      Foreground foreground = new Foreground(interactive, tty);
      return foreground.run(
          number -> {
            if (signals) {
              signal(client, number);
            } else {
              detach.run();
            }
          },
          client::resize,
          () -> {
            foreground.attach();
            client.resize(Foreground.window());
            return client.run();
          });
    } catch (IOException e) {
      if (detached.get()) {
        return 0;
      }
      throw new ContainerException("VM " + vm.name() + " ended, or cut this off: " + e, e);
    }
  }

  private static void signal(AttachClient client, int number) {
    try {
      client.signal(number);
    } catch (IOException e) {
      close(client);
    }
  }

  private static void close(AttachClient client) {
    try {
      client.close();
    } catch (IOException e) {
      return; // as good as closed
    }
  }
}
