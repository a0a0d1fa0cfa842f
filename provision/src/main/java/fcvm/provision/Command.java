package fcvm.provision;

import fcvm.linux.Children;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// A host program run to its end: an argument list, never a shell's string.
///
/// The program dies with the thread that runs it (`PR_SET_PDEATHSIG`, by util-linux's setpriv where
/// there is one), so a killed fcvm leaves no download or build running. Interrupting the thread
/// that waits for it ends the program, too.
///
/// Only platform threads read and write its streams: a virtual one that waits in a pipe keeps its
/// carrier, and the spare that stands in for that ends after half a minute with nothing to do. With
/// as many such threads as processors no other virtual thread ran any more, nor could be
/// interrupted.
public final class Command {
  private static final int TAIL_LINES = 8;
  private static final String SETPRIV = "/usr/bin/setpriv";
  private static final String SETSID = "/usr/bin/setsid";
  private static final int SIGKILL = 9;
  private static final Duration GROUP_ENDS = Duration.ofSeconds(5);
  private static final long NAP_MILLIS = 10;

  private final List<String> arguments;
  private final Map<String, String> environment = new HashMap<>();
  private File directory = new File("/");
  private boolean isClean;
  private boolean isGroup;

  public Command(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
  }

  Command(String... arguments) {
    this(List.of(arguments));
  }

  /// Sets a variable of the program's environment.
  public Command with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public Command with(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /// Gives the program nothing of this process's environment, only what is set here.
  Command clean() {
    isClean = true;
    return this;
  }

  /// Runs the program in a session, and so a process group, of its own, which ends as a whole when
  /// this ends it: for one that starts many others all the time.
  Command asGroup() {
    isGroup = true;
    return this;
  }

  /// Sets the program's working directory; without it, the root directory.
  Command in(Path dir) {
    directory = dir.toFile();
    return this;
  }

  /// What feeds a program's standard input or takes its standard output.
  @FunctionalInterface
  public interface Pump<S> {
    void accept(S stream) throws IOException;
  }

  /// Runs it; each line of its output goes to `lines`.
  ///
  /// @throws ProvisionException if it fails: the command, its exit code, its last lines
  public void run(Consumer<String> lines) throws IOException {
    Tail tail = new Tail();
    Process process = start(true);
    process.getOutputStream().close();
    try {
      move(process, () -> readLines(process.getInputStream(), tail.and(lines)));
    } catch (IOException | RuntimeException e) {
      kill(process);
      throw e;
    }
    await(process, tail);
  }

  /// Runs it and returns its standard output.
  public String output() throws IOException {
    StringBuilder out = new StringBuilder();
    read(in -> out.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    return out.toString();
  }

  /// Runs it and hands its standard output to `reader`, which reads it to the end.
  public void read(Pump<InputStream> reader) throws IOException {
    Tail tail = new Tail();
    Process process = start(false);
    try {
      process.getOutputStream().close();
      Thread errors = tail.gather(process.getErrorStream());
      move(process, () -> reader.accept(process.getInputStream()));
      join(errors);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    await(process, tail);
  }

  /// Runs it and lets `writer` feed its standard input.
  public void write(Pump<OutputStream> writer) throws IOException {
    Tail tail = new Tail();
    Process process = start(true);
    Thread output = tail.gather(process.getInputStream());
    IOException broken = null;
    try (OutputStream in = process.getOutputStream()) {
      move(process, () -> writer.accept(in));
    } catch (IOException e) {
      broken = e;
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    join(output);
    try {
      await(process, tail);
    } catch (ProvisionException e) {
      // A broken pipe is what the program's own failure looks like from here: its words explain it.
      throw broken == null ? e : withCause(e, broken);
    }
    if (broken != null) {
      throw broken;
    }
  }

  private static ProvisionException withCause(ProvisionException e, IOException cause) {
    e.addSuppressed(cause);
    return e;
  }

  private Process start(boolean mergeErrors) throws IOException {
    List<String> all = new ArrayList<>();
    if (new File(SETPRIV).canExecute()) {
      all.addAll(List.of(SETPRIV, "--pdeathsig", "KILL", "--"));
    }
    if (isGroup) {
      all.add(SETSID);
    }
    all.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(all).redirectErrorStream(mergeErrors).directory(directory);
    if (isClean) {
      builder.environment().clear();
    }
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    try {
      return startOnOwnThread(builder);
    } catch (IOException e) {
      throw new ProvisionException("cannot run " + arguments.getFirst() + ": " + e.getMessage(), e);
    }
  }

  /// PR_SET_PDEATHSIG watches the thread that forks. The caller may be a virtual thread, whose
  /// carrier can end early, so a platform thread starts the program and stays until it ends.
  private static Process startOnOwnThread(ProcessBuilder builder) throws IOException {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            Process process = builder.start();
            started.complete(process);
            process.waitFor();
          } catch (IOException e) {
            started.completeExceptionally(e);
          } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
          }
        });
    try {
      return started.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.getMessage(), cause);
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /// Moves a stream of the program's on a thread of its own, because a thread in a pipe takes no
  /// notice of an interruption: that ends the program, and so the stream.
  private void move(Process process, Work work) throws IOException {
    // Closing it waits: what the work was writing is deleted next.
    try (ExecutorService mover =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
      Future<?> done =
          mover.submit(() -> {
            work.run();
            return true;
          });
      try {
        done.get();
      } catch (InterruptedException e) {
        kill(process);
        throw interrupted(e);
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException failure -> throw failure;
          case RuntimeException bug -> throw bug;
          case null, default -> throw new AssertionError(e);
        }
      }
    }
  }

  // Its own children first: `timeout` runs another program, which would stay.
  private void kill(Process process) {
    if (isGroup) {
      killGroup((int) process.pid());
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /// Returns when all of the group have ended, because what they were writing is deleted next.
  /// Where nobody takes note of dead orphans, these stay in the group for ever: hence the limit.
  private static void killGroup(int leader) {
    long limit = System.nanoTime() + GROUP_ENDS.toNanos();
    try {
      while (Children.killResult(-leader, SIGKILL) == 0 && System.nanoTime() < limit) {
        Thread.sleep(NAP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await(Process process, Tail tail) throws IOException {
    int exit;
    try {
      exit = process.waitFor();
    } catch (InterruptedException e) {
      kill(process);
      throw interrupted(e);
    }
    if (exit != 0) {
      throw new ProvisionException(
          String.join(" ", arguments) + ": exit code " + exit + "\n" + tail.text());
    }
  }

  private static void join(Thread thread) throws InterruptedIOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// What an interruption becomes; the thread stays interrupted.
  static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("interrupted");
    interrupted.initCause(e);
    return interrupted;
  }

  private static void readLines(InputStream in, Consumer<String> lines) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(line);
      }
    }
  }

  /// The last lines that a program said.
  private static final class Tail {
    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
      if (lines.size() == TAIL_LINES) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }

    synchronized String text() {
      return String.join("\n", lines);
    }

    Consumer<String> and(Consumer<String> next) {
      return line -> {
        add(line);
        next.accept(line);
      };
    }

    Thread gather(InputStream in) {
      return Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              readLines(in, this::add);
            } catch (IOException e) {
              add(e.toString());
            }
          });
    }
  }
}
