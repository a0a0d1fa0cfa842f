package fcvm.tests;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Debian's docker-registry on the loopback interface, which wants the password of one user, over
/// plain HTTP or over TLS.
final class Registry implements AutoCloseable {
  // bcrypt of "secret", as `htpasswd -B` writes it.
  private static final String USERS =
      "someone:$2b$05$iH0uqlTCgW7gYJMmEC.ZQOUobguObqpsOluKNIJTOHCL1RCw2rvfW\n";

  private final ToolTree registry;
  private final ToolTree skopeo;
  private final Path dir;
  private final int port;
  private Process process;

  private Registry(Path dir, String tls, ToolTree registry, ToolTree skopeo) throws Exception {
    this.dir = dir;
    this.registry = registry;
    this.skopeo = skopeo;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("users"), USERS);
    Files.writeString(
        dir.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    Files.writeString(
        dir.resolve("config.yml"),
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %1$s/data
        http:
          addr: 127.0.0.1:%2$d
        %3$s
        auth:
          htpasswd:
            realm: tests
            path: %1$s/users
        """
            .formatted(dir, port, tls));
    process = serve();
  }

  static Registry start(Path dir) throws Exception {
    return start(dir, "");
  }

  static Registry withTls(Path dir, TestCertificate certificate) throws Exception {
    return start(
        dir,
        "  tls:\n    certificate: %s\n    key: %s"
            .formatted(certificate.certificate(), certificate.key()));
  }

  private static Registry start(Path dir, String tls) throws Exception {
    Provision provision = new Provision(Dirs.ofProcess(), Progress.SILENT);
    return new Registry(
        dir,
        tls,
        new ToolTree(provision.packages(Arch.AMD64, List.of("docker-registry")), Arch.AMD64),
        new ToolTree(provision.packages(Arch.AMD64, List.of("skopeo")), Arch.AMD64));
  }

  private Process serve() throws Exception {
    List<String> command =
        registry.command("docker-registry", List.of("serve", dir.resolve("config.yml").toString()));
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
            .start();
    while (!answers()) {
      if (!started.isAlive()) {
        throw new AssertionError(Files.readString(dir.resolve("log")));
      }
      Thread.sleep(50);
    }
    return started;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// What names of its images begin with.
  String address() {
    return "127.0.0.1:" + port;
  }

  /// How often somebody has fetched a blob.
  long fetches(String digest) throws IOException {
    String request = "GET /v2/app/blobs/sha256:" + digest + " ";
    try (Stream<String> lines = Files.lines(dir.resolve("log"))) {
      return lines.filter(line -> line.contains(request)).count();
    }
  }

  /// Puts an image of a layout into it, and if that is a list, all that it lists.
  ///
  /// @param image its name in the layout
  void push(Path layout, String image, String name, String user) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("--policy", dir.resolve("policy.json").toString(), "copy"));
    arguments.addAll(List.of("--all", "--dest-tls-verify=false", "--dest-creds", user));
    arguments.addAll(List.of("oci:" + layout + ":" + image, "docker://" + address() + "/" + name));
    Process copy =
        new ProcessBuilder(skopeo.command("skopeo", arguments)).redirectErrorStream(true).start();
    String said = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (copy.waitFor() != 0) {
      throw new AssertionError(said);
    }
  }

  /// Changes a blob behind its back.
  void damage(String digest, UnaryOperator<byte[]> how) throws IOException {
    Path blob = blob(digest);
    Path kept = dir.resolve("kept-" + digest);
    if (Files.notExists(kept)) {
      Files.copy(blob, kept);
    }
    Files.write(blob, how.apply(Files.readAllBytes(kept)));
  }

  void mend(String digest) throws IOException {
    Files.write(blob(digest), Files.readAllBytes(dir.resolve("kept-" + digest)));
  }

  private Path blob(String digest) {
    return dir.resolve("data/docker/registry/v2/blobs/sha256")
        .resolve(digest.substring(0, 2))
        .resolve(digest)
        .resolve("data");
  }

  /// From now on nobody answers there.
  void pause() {
    process.destroy();
    process.onExit().join();
  }

  void resume() throws Exception {
    process = serve();
  }

  @Override
  public void close() {
    pause();
  }
}
