package fcvm.container.image;

import fcvm.provision.Command;
import fcvm.provision.Progress;
import fcvm.provision.ProvisionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// skopeo, which knows registries and the archives that images are sent around in.
final class Skopeo {
  /// Longer than a slow registry is silent.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int MOST_SAID = 8 << 20;
  private static final long LOOK_MILLIS = 200;
  private static final String ACCEPT = "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}\n";

  private final ImageTools tools;
  private final Path scratch;
  private final PullOptions options;
  private final Duration patience;

  /// @param scratch a directory for its own files
  /// @param patience how long a registry may send nothing
  Skopeo(ImageTools tools, Path scratch, PullOptions options, Duration patience) {
    this.tools = tools;
    this.scratch = scratch;
    this.options = options;
    this.patience = patience;
  }

  /// The manifest of an image, or the list of manifests that its name stands for, byte for byte.
  byte[] manifest(String source) throws IOException {
    return inspect(source, List.of("--raw"));
  }

  /// The configuration of an image, byte for byte.
  byte[] config(String source) throws IOException {
    return inspect(source, List.of("--raw", "--config"));
  }

  private byte[] inspect(String source, List<String> what) throws IOException {
    List<String> arguments = new ArrayList<>(general());
    arguments.addAll(List.of("--command-timeout", patience.toSeconds() + "s", "inspect"));
    arguments.addAll(what);
    arguments.add("--tls-verify=" + options.tlsVerify());
    arguments.addAll(credentials());
    arguments.add(source);
    return said("fetch " + source, arguments);
  }

  /// The names of the images in an archive of Docker's.
  JsonObject tags(String source) throws IOException {
    List<String> arguments = new ArrayList<>(general());
    arguments.addAll(List.of("list-tags", source));
    return JsonObject.parse("the list of images in " + source, said("read " + source, arguments));
  }

  /// Copies an image from where it is to a directory whose layers are shared with others.
  ///
  /// @param blobs the layers' directory
  /// @param arrived bytes that have come so far
  /// @param total bytes in all
  void fetch(String source, Path blobs, LongSupplier arrived, long total, Progress.Step step)
      throws IOException {
    List<String> arguments = new ArrayList<>(general());
    arguments.addAll(List.of("copy", "--quiet", "--src-tls-verify=" + options.tlsVerify()));
    arguments.addAll(credentials());
    arguments.addAll(
        List.of(
            "--dest-oci-accept-uncompressed-layers",
            "--dest-shared-blob-dir",
            blobs.toString(),
            source,
            "oci:" + scratch.resolve("oci") + ":image"));
    Command command = new Command(tools.skopeo().command("skopeo", arguments));
    try (ExecutorService runner = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> copy =
          runner.submit(() -> {
            command.output();
            return true;
          });
      watch(source, copy, arrived, total, step);
    }
  }

  /// Copies an image from one place of this computer to another.
  void copy(String source, String target) throws IOException {
    List<String> arguments = new ArrayList<>(general());
    arguments.addAll(List.of("copy", "--quiet", source, target));
    said("write " + target, arguments);
  }

  // Ends skopeo, which waits without end, when nothing comes any more.
  private void watch(
      String source, Future<?> copy, LongSupplier arrived, long total, Progress.Step step)
      throws IOException {
    long last = -1;
    long deadline = 0;
    while (true) {
      long now = arrived.getAsLong();
      if (now != last) {
        last = now;
        deadline = System.nanoTime() + patience.toNanos();
        step.progress(now, Math.max(now, total));
      }
      try {
        copy.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        if (System.nanoTime() - deadline > 0) {
          copy.cancel(true);
          throw new ProvisionException(
              "cannot fetch %s: nothing has come for %d s; try again: what came is kept"
                  .formatted(source, patience.toSeconds()),
              e);
        }
      } catch (InterruptedException e) {
        copy.cancel(true);
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(e);
        throw interrupted;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw SkopeoError.explain("fetch " + source, failure);
        }
        throw new AssertionError(e);
      }
    }
  }

  private byte[] said(String what, List<String> arguments) throws IOException {
    AtomicReference<byte[]> said = new AtomicReference<>(new byte[0]);
    try {
      new Command(tools.skopeo().command("skopeo", arguments)).read(in -> said.set(bounded(in)));
    } catch (ProvisionException e) {
      throw SkopeoError.explain(what, e);
    }
    return said.get();
  }

  // skopeo itself takes no manifest and no configuration over 4 MiB.
  private static byte[] bounded(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_SAID);
    if (bytes.length == MOST_SAID) {
      throw new ProvisionException("more than " + MOST_SAID + " bytes where a manifest should be");
    }
    return bytes;
  }

  private List<String> general() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--tmpdir", scratch.toString()));
    // skopeo wants to be told whom to trust; where nobody has said it, the registry's TLS counts.
    Path own = Path.of(System.getProperty("user.home"), ".config/containers/policy.json");
    if (Files.notExists(own) && Files.notExists(Path.of("/etc/containers/policy.json"))) {
      Path policy = scratch.resolve("policy.json");
      Files.writeString(policy, ACCEPT);
      arguments.addAll(List.of("--policy", policy.toString()));
    }
    return arguments;
  }

  private List<String> credentials() {
    return options.authFile().map(file -> List.of("--authfile", file.toString())).orElse(List.of());
  }
}
