package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Detached containers, from `run -d` to `rm`. What depends on the architecture is tested by
/// [RunIT].
class LifeIT {
  private static final String BUSYBOX = "localhost/busybox";
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path directory;
  private Set<String> before;

  private static Fcvm fcvm() {
    return new Fcvm(Fcvm.EITHER);
  }

  private static String out(String... arguments) throws Exception {
    Fcvm.Result result = fcvm().run(arguments);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out().strip();
  }

  private static Fcvm.Result detached(String name, List<String> options, String script)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("podman", "run", "-d", "--name", name));
    arguments.addAll(options);
    arguments.addAll(List.of(BUSYBOX, "sh", "-c", script));
    return fcvm().run(arguments.toArray(String[]::new));
  }

  @BeforeEach
  void look() throws Exception {
    out("machine", "start"); // one that is stopped tells of none
    before = all();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (String id : all()) {
      if (!before.contains(id)) {
        fcvm().run("rm", "--force", id);
      }
    }
    assertThat(all()).isEqualTo(before);
  }

  private static Set<String> all() throws Exception {
    return Set.copyOf(out("ps", "--all", "--quiet").lines().toList());
  }

  @Test
  void aDetachedContainerLivesUntilItIsRemoved() throws Exception {
    String script =
        "trap 'echo bye; exit 3' TERM; n=$(cat /n 2>/dev/null || echo 0); echo $((n+1)) > /n;"
            + " echo run $(cat /n) $V; echo oops >&2; while :; do sleep 0.2; done";
    Fcvm.Result run = detached("life", List.of("--label", "app=shop", "--env", "V=secret"), script);
    assertThat(run.exitCode()).as(run.err()).isZero();
    String id = run.out().strip();
    assertThat(id).matches("[0-9a-f]{12}");
    assertThat(out("ps", "--filter", "label=app=shop", "--format", "{{.ID}} {{.Names}} {{.State}}"))
        .isEqualTo(id + " life running");

    Fcvm.Result logs = fcvm().run("logs", id.substring(0, 6));
    assertThat(logs.out()).isEqualTo("run 1 secret\n");
    assertThat(logs.err()).isEqualTo("oops\n");
    assertThat(out("exec", "life", "--", "cat", "/n")).isEqualTo("1");
    assertThat(out("top", "life")).contains("sleep");
    assertThat(out("machine", "exec", "--", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
        .as("lists of arguments are for all users of the host to see")
        .contains("fcvm.cli.Main")
        .doesNotContain("secret");
    bytesGoThroughExec();
    filesAreCopiedBothWays();
    long away = Long.parseLong(out("exec", "life", "date", "+%s")) - Instant.now().getEpochSecond();
    assertThat(away).as("seconds that the VM's clock is off").isBetween(-60L, 60L);

    assertThat(out("stop", "life")).isEqualTo("life");
    assertThat(out("wait", "life")).isEqualTo("3");
    assertThat(out("ps", "--quiet")).isEmpty();
    assertThat(out("ps", "--all")).contains("exited (3)");
    assertThat(fcvm().run("exec", "life", "true").err()).contains("has exited");
    assertThat(out("inspect", "life")).contains("\"exitCode\" : 3").doesNotContain("secret");

    assertThat(out("start", "life")).isEqualTo("life");
    assertThat(out("rename", "life", "afterlife")).isEmpty();
    assertThat(out("kill", "afterlife")).isEqualTo("afterlife");
    assertThat(out("wait", "afterlife")).isEqualTo("137");
    assertThat(out("logs", "afterlife").lines().filter(line -> line.startsWith("run")))
        .containsExactly("run 1 secret", "run 2 secret");
    assertThat(out("events", "--no-stream", "--filter", "vm=" + id))
        .contains(" create ", " start ", " died ", " rename ");
    assertThat(out("rm", "afterlife")).isEqualTo("afterlife");
  }

  // Arguments of Java's own processes are text, so a shell makes the odd ones.
  private void bytesGoThroughExec() throws Exception {
    byte[] bytes = {'a', (byte) 0xff, '\r', '\n', (byte) 0x80, 0, '"'};
    Path file = Files.write(directory.resolve("bytes"), bytes);
    assertThat(fcvm().run(file, "exec", "-i", "life", "cat").stdout()).isEqualTo(bytes);
    String script = "exec \"$@\" \"$(printf 'a\\377 \\200b')\" '' 'c d'";
    Fcvm.Result odd =
        fcvm().behind("sh", "-c", script, "sh").run("exec", "life", "--", "printf", "%s|");
    assertThat(odd.stdout())
        .isEqualTo("a\u00ff \u0080b||c d|".getBytes(StandardCharsets.ISO_8859_1));
  }

  private void filesAreCopiedBothWays() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree/deep"));
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    Files.write(tree.resolve("data"), bytes);
    Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/shadow"));
    String from = tree.getParent().toString();
    assertThat(out("cp", from, "life:/copied")).isEmpty();
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    assertThat(out("exec", "life", "sha256sum", "/copied/deep/data"))
        .isEqualTo(sum + "  /copied/deep/data");

    Path back = directory.resolve("back");
    assertThat(out("cp", "life:/copied", back.toString())).isEmpty();
    assertThat(back.resolve("deep/data")).hasBinaryContent(bytes);
    assertThat(Files.readSymbolicLink(back.resolve("deep/link"))).hasToString("/etc/shadow");
    Path archive =
        Files.write(directory.resolve("n.tar"), fcvm().run("cp", "life:/n", "-").stdout());
    assertThat(fcvm().run(archive, "cp", "-", "life:/tmp").exitCode()).isZero();
    assertThat(out("exec", "life", "cat", "/tmp/n")).isEqualTo("1");

    Fcvm.Result missing = fcvm().run("cp", "life:/no/such", back.toString());
    assertThat(missing.exitCode()).isEqualTo(125);
    assertThat(missing.err()).contains("/no/such");
  }

  @Test
  void optionsMeanWhatTheyMeanToPodman() throws Exception {
    Path variables = Files.writeString(directory.resolve("env"), "# none\nFROM_FILE=yes\n");
    Files.writeString(directory.resolve("given"), "from the computer\n");
    int port = freePort();
    String script =
        "trap 'echo told; exit 4' USR1; cat /proc/1/comm; echo $FROM_FILE $(umask);"
            + " echo limits $(ulimit -n) $(ulimit -Hn); echo may $(grep CapEff /proc/self/status);"
            + " echo sizes $(df -k /dev/shm /scratch /more | awk 'NR > 1 {print $2}');"
            + " echo device $(stat -c %t:%T /dev/fuse); grep box /etc/hosts; cat /given/given;"
            + " grep search /etc/resolv.conf;"
            + " touch /x 2>/dev/null || echo read-only; touch /given/x 2>/dev/null || echo too;"
            + " while :; do sleep 0.2; done";
    List<String> options = new ArrayList<>(List.of("--init", "--read-only", "--umask", "0027"));
    options.addAll(List.of("--ulimit", "nofile=333:444", "--shm-size", "12m"));
    options.addAll(List.of("--tmpfs", "/scratch:size=5m", "--device", "/dev/fuse"));
    options.addAll(List.of("--mount", "type=tmpfs,target=/more,tmpfs-size=1m"));
    options.addAll(List.of("--mount", "type=bind,source=" + directory + ",target=/given,ro"));
    options.addAll(List.of("--env-file", variables.toString(), "--stop-signal", "USR1"));
    options.addAll(List.of("--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE"));
    options.addAll(List.of("--add-host", "box:192.0.2.1", "-p", port + ":80"));
    options.addAll(List.of("--dns-search", "lab.example", "--dns-search", "example.org"));
    Fcvm.Result run = detached("options", options, script);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(out("ps", "--filter", "name=options", "--format", "{{.Ports}}"))
        .isEqualTo("127.0.0.1:" + port + "->80/tcp");
    assertThat(out("port", "options")).isEqualTo("80/tcp -> 127.0.0.1:" + port);
    assertThat(out("port", "options", "80")).isEqualTo("127.0.0.1:" + port);
    assertThat(fcvm().run("port", "options", "80/udp").exitCode()).isEqualTo(125);
    assertThat(out("exec", "options", "--", "sh", "-c", "ulimit -n; ulimit -Hn; id -u"))
        .isEqualTo("333\n444\n0");
    assertThat(out("stop", "options")).isEqualTo("options");
    assertThat(out("wait", "options")).isEqualTo("4");
    assertThat(out("logs", "options").lines().map(line -> line.replaceAll("\\s+", " ")))
        .containsExactly(
            "podman-init", // catatonit, as Podman calls it
            "yes 0027",
            "limits 333 444",
            "may CapEff: 0000000000000400",
            "sizes 12288 5120 1024",
            "device a:e5",
            "192.0.2.1 box",
            "from the computer",
            "search lab.example example.org",
            "read-only",
            "too",
            "told");
  }

  @Test
  void whatDoesNotStartIsSaidAndLeavesNothing() throws Exception {
    Fcvm.Result missing = fcvm().run("podman", "run", "-d", BUSYBOX, "nosuch");
    assertThat(missing.exitCode()).isEqualTo(127);
    assertThat(missing.err()).contains("nosuch");
    Fcvm.Result unknown = fcvm().run("podman", "run", "-d", "localhost/nosuch", "true");
    assertThat(unknown.exitCode()).isEqualTo(125);
    assertThat(unknown.err()).contains("localhost/nosuch");
    assertThat(unknown.out()).isEmpty();
  }

  @Test
  @Tag("slow")
  void healthAndRestartPoliciesWork() throws Exception {
    String script =
        "n=$(cat /n 2>/dev/null || echo 0); echo $((n+1)) > /n; test $n -gt 0 || exit 1;"
            + " touch /ok; while :; do sleep 1; done";
    Fcvm.Result run =
        detached(
            "patient",
            List.of(
                "--restart",
                "on-failure:3",
                "--health-cmd",
                "test -e /ok",
                "--health-interval",
                "1s"),
            script);
    assertThat(run.exitCode()).as(run.err()).isZero();
    Fcvm.Running wait = fcvm().start("wait", "--condition", "healthy", "patient");
    assertThat(wait.await(LONG).exitCode()).isZero();
    assertThat(out("ps", "--format", "{{.Restarts}} {{.Health}}")).isEqualTo("1 healthy");
  }

  @Test
  void volumesAndPortsStayThoughTheSupervisorIsKilled() throws Exception {
    Files.writeString(directory.resolve("index.html"), "it lives\n");
    int port = freePort();
    Fcvm.Result run =
        detached(
            "web",
            List.of("-v", directory + ":/www:ro", "-p", port + ":80"),
            "exec httpd -f -p 80 -h /www");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(fetch(port)).isEqualTo("it lives\n");
    Files.writeString(directory.resolve("index.html"), "still\n");
    out("machine", "exec", "--", "sh", "-c", "kill -9 " + out("ps", "--format", "{{.Pid}}"));
    String web = "name=web";
    assertThat(out("ps", "--filter", web, "--all", "--format", "{{.Status}} {{.Why}}"))
        .startsWith("Exited (?)")
        .contains("was killed");
    assertThat(out("start", "web")).isEqualTo("web");
    assertThat(fetch(port)).isEqualTo("still\n");
    Fcvm.Result second = detached("other", List.of("-p", port + ":80"), "true");
    assertThat(second.exitCode()).isEqualTo(125);
    assertThat(second.err()).contains(Integer.toString(port));
    out("rm", "--force", "web");
    try (ServerSocket free = new ServerSocket()) {
      awaitFree(free, port);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String fetch(int port) throws Exception {
    URI page = URI.create("http://127.0.0.1:" + port + "/index.html");
    long deadline = System.nanoTime() + LONG.toNanos();
    while (true) {
      try (InputStream in = page.toURL().openStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(200); // the server in the container is not there yet
      }
    }
  }

  private static void awaitFree(ServerSocket socket, int port) throws Exception {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (true) {
      try {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (BindException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  @Test
  @Tag("slow")
  void whoAttachesTypesIntoIt() throws Exception {
    assertThat(
            fcvm()
                .run("podman", "run", "-d", "-i", "--rm", "--name", "cat", BUSYBOX, "cat")
                .exitCode())
        .isZero();
    Fcvm.Running attach = fcvm().piped("attach", "cat");
    attach.type("hello\n");
    attach.awaitOutput("hello", LONG);
    attach.process().getOutputStream().close(); // cat ends with its input
    assertThat(attach.await(LONG).exitCode()).isZero();
  }
}
