package fcvm.bench;

import fcvm.linux.Join;
import fcvm.provision.ToolTree;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A guest of QEMU's, with a directory by virtiofsd: two processes, which end with it.
final class PeerGuest implements BenchGuest {
  private static final String KVM_FAILED = "KVM internal error";

  /// virtiofsd's own file beside its socket.
  private static final String PID = ".pid";

  private static final String SETPRIV = "/usr/bin/setpriv";
  private static final Duration SOCKET_PATIENCE = Duration.ofSeconds(20);
  private static final Duration NAP = Duration.ofMillis(10);

  private final PeerCommand command;
  private final ToolTree tools;
  private final Process virtiofsd;
  private @Nullable Process qemu;
  private final List<Thread> readers = new ArrayList<>();
  private final CompletableFuture<String> end = new CompletableFuture<>();

  /// @param log takes what virtiofsd says
  static PeerGuest boot(PeerCommand command, ToolTree tools, Path log, OutputStream console)
      throws IOException, InterruptedException {
    PeerGuest guest = new PeerGuest(command, tools, log);
    try {
      guest.awaitSocket(log);
      guest.startQemu(console);
      return guest;
    } catch (IOException | InterruptedException e) {
      guest.close();
      throw e;
    }
  }

  private PeerGuest(PeerCommand command, ToolTree tools, Path log) throws IOException {
    this.command = command;
    this.tools = tools;
    deleteSocket();
    ProcessBuilder builder = builder(PeerCommand.VIRTIOFSD, command.virtiofsdArguments());
    this.virtiofsd = builder.redirectOutput(log.toFile()).start();
    virtiofsd.getOutputStream().close();
  }

  private void deleteSocket() {
    for (String suffix : List.of("", PID)) {
      command.socket().resolveSibling(command.socket().getFileName() + suffix).toFile().delete();
    }
  }

  // They die with the thread that starts them, so a killed bench leaves nobody behind.
  private ProcessBuilder builder(String program, List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>();
    if (new File(SETPRIV).canExecute()) {
      all.addAll(List.of(SETPRIV, "--pdeathsig", "KILL", "--"));
    }
    all.addAll(tools.command(program, arguments));
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().putAll(tools.environment());
    return builder;
  }

  private void awaitSocket(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + SOCKET_PATIENCE.toNanos();
    while (!Files.exists(command.socket())) {
      if (!virtiofsd.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("virtiofsd did not start: " + Files.readString(log).strip());
      }
      Thread.sleep(NAP);
    }
  }

  private void startQemu(OutputStream console) throws IOException {
    Process process =
        builder(command.qemu(), command.qemuArguments()).redirectErrorStream(false).start();
    qemu = process;
    process.getOutputStream().close();
    readers.add(reader("console", () -> readConsole(process, console)));
    readers.add(reader("errors", () -> readErrors(process, console)));
  }

  private static Thread reader(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).start(work);
  }

  private void readConsole(Process process, OutputStream console) {
    try (InputStream in = process.getInputStream()) {
      in.transferTo(console);
      end.complete("QEMU's exit code is " + process.onExit().join().exitValue());
    } catch (IOException e) {
      end.complete("QEMU's output: " + e.getMessage());
    }
  }

  // QEMU stays, and does nothing any more, when KVM has failed.
  private void readErrors(Process process, OutputStream console) {
    try (BufferedReader errors = process.errorReader(StandardCharsets.ISO_8859_1)) {
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        console.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        if (line.startsWith(KVM_FAILED)) {
          end.complete(line);
        }
      }
    } catch (IOException e) {
      end.complete("QEMU's errors: " + e.getMessage());
    }
  }

  @Override
  public CompletableFuture<String> end() {
    return end;
  }

  @Override
  public void close() {
    if (qemu != null) {
      qemu.destroyForcibly().onExit().join();
    }
    readers.forEach(Join::uninterruptibly);
    virtiofsd.destroyForcibly().onExit().join();
    deleteSocket();
  }
}
