package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Directories and files of this computer in a container, through the emulated machine.
class VolumesIT {
  private static final String BUSYBOX = "localhost/busybox";
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @TempDir Path dir;
  private Path work;
  private Path kept;
  private Path file;
  private Path secret;

  @BeforeEach
  void prepare() throws Exception {
    work = Files.createDirectory(dir.resolve("work"));
    kept = Files.createDirectory(dir.resolve("kept"));
    file = Files.writeString(dir.resolve("one file"), "before\n");
    secret = Files.writeString(dir.resolve("secret"), "the secret of the computer\n");
    Files.writeString(work.resolve("given"), "from the computer\n");
    Files.createSymbolicLink(work.resolve("planted"), secret);
    for (int i = 0; i < 300; i++) {
      Path directory = Files.createDirectories(work.resolve("tree/" + i % 17));
      Files.writeString(directory.resolve("f" + i), "content " + i + "\n".repeat(i));
    }
  }

  // Everything in one run, because each costs a boot.
  private static final String SCRIPT =
      """
      set -e
      cd /work
      cat given
      cat planted 2>&1 || echo planted-is-not-there
      echo from the container > made
      chmod 640 made && chown 12:34 made && ln made hard && mkfifo pipe
      ln -s ../secret up && mkdir deep && mv deep deeper && mv made renamed
      test $(stat -c %h renamed) = 2
      truncate -s 4G sparse && printf end | dd of=sparse bs=1 seek=3G conv=notrunc 2>/dev/null
      mkdir copy && tar -cf - tree | tar -xf - -C copy
      find tree -type f | sort | xargs sha256sum > sums && cd copy && sha256sum -c -s ../sums && cd ..
      touch /kept/x 2>&1 || echo kept-refuses
      echo after >> /etc/one
      touch /etc/one-ro 2>&1 || echo one-ro-refuses
      echo ready
      read line
      cat given 2>&1 || echo given-is-gone
      touch /tmp/alive && echo alive
      """;

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64"})
  void aDirectoryIsAsALocalOne(String arch) throws Exception {
    Fcvm fcvm = new Fcvm(arch);
    Fcvm.Running run =
        fcvm.piped(
            "podman",
            "run",
            "-i",
            "--name",
            "volumes",
            "-v",
            work + ":/work",
            "--map",
            kept + ":/kept:ro",
            "--volume",
            file + ":/etc/one",
            "-v",
            secret + ":/etc/one-ro:ro",
            BUSYBOX,
            "sh",
            "-c",
            SCRIPT);
    run.awaitOutput("ready", PATIENCE);
    assertThat(run.outSoFar())
        .contains("from the computer", "planted-is-not-there", "kept-refuses", "one-ro-refuses")
        .doesNotContain("the secret");
    hostSeesWhatTheContainerDid();
    notEvenTheVmsRootWritesToWhatIsReadOnly(fcvm);

    Files.move(work, dir.resolve("elsewhere"));
    Files.delete(dir.resolve("elsewhere/given"));
    run.type("go on\n");
    Fcvm.Result result = run.await(PATIENCE);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("given-is-gone").endsWith("alive\n");
  }

  private void hostSeesWhatTheContainerDid() throws Exception {
    Path renamed = work.resolve("renamed");
    assertThat(renamed).hasContent("from the container");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(renamed)))
        .isEqualTo("rw-r-----");
    assertThat(Files.getAttribute(renamed, "unix:uid")).isEqualTo(12);
    assertThat(Files.getAttribute(renamed, "unix:gid")).isEqualTo(34);
    assertThat(Files.getAttribute(renamed, "unix:nlink")).isEqualTo(2);
    assertThat(Files.readSymbolicLink(work.resolve("up"))).isEqualTo(Path.of("../secret"));
    assertThat(work.resolve("deeper")).isDirectory();
    assertThat(Files.exists(work.resolve("pipe"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.size(work.resolve("sparse"))).isEqualTo(4L << 30);
    assertThat(blocks(work.resolve("sparse"))).isLessThan(1024);
    assertThat(work.resolve("copy/tree/3/f3")).hasSameTextualContentAs(work.resolve("tree/3/f3"));
    assertThat(kept).isEmptyDirectory();
    assertThat(file).hasContent("before\nafter\n");
    assertThat(secret).hasContent("the secret of the computer\n");
  }

  // 512 bytes each
  private static long blocks(Path path) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
    return Long.parseLong(
        new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
  }

  private void notEvenTheVmsRootWritesToWhatIsReadOnly(Fcvm fcvm) throws Exception {
    String script =
        "mkdir /tmp/again && mount -t virtiofs volume1 /tmp/again && touch /tmp/again/x;"
            + " mount -o remount,rw /run/fcvm/volumes/1; touch /run/fcvm/volumes/1/x";
    Fcvm.Result result = fcvm.run("exec", "--vm", "volumes", "--", "sh", "-c", script);
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err()).containsIgnoringCase("read-only file system");
    assertThat(kept).isEmptyDirectory();
  }

  // On arm64: with two microVMs at a time the emulation of SVM is not reliable, see
  // docs/machine.md. A directory of the machine's, because what is plugged into it twice is two
  // file systems there. In the guests' systems, because the image has no program that locks.
  @Test
  void locksAreSeenByTheOtherVm() throws Exception {
    Fcvm fcvm = new Fcvm("arm64");
    assertThat(fcvm.run("machine", "start").exitCode()).isZero();
    String make = "mkdir /var/tmp/shared && touch /var/tmp/shared/file";
    assertThat(fcvm.run("machine", "exec", "--", "sh", "-c", make).exitCode()).isZero();
    Fcvm.Running one = waiting(fcvm, "one");
    one.awaitOutput("up", PATIENCE);
    Fcvm.Running two = waiting(fcvm, "two");
    two.awaitOutput("up", PATIENCE);
    String file = "/run/fcvm/volumes/0/file";
    String hold = "echo held; read line";
    Fcvm.Running holder =
        fcvm.piped("exec", "-i", "--vm", "one", "--", "flock", file, "sh", "-c", hold);
    holder.awaitOutput("held", PATIENCE);
    String ask =
        "flock -n "
            + file
            + " sh -c 'echo wrong' || echo busy; flock "
            + file
            + " sh -c 'echo free'";
    Fcvm.Running waiter = fcvm.start("exec", "--vm", "two", "--", "sh", "-c", ask);
    waiter.awaitOutput("busy", PATIENCE);
    holder.type("release\n");
    assertThat(holder.await(PATIENCE).exitCode()).isZero();
    assertThat(waiter.await(PATIENCE).out()).isEqualTo("busy\nfree\n");
    for (Fcvm.Running run : List.of(one, two)) {
      run.type("end\n");
      assertThat(run.await(PATIENCE).exitCode()).isZero();
    }
    String remove = "rm -r /var/tmp/shared";
    assertThat(fcvm.run("machine", "exec", "--", "sh", "-c", remove).exitCode()).isZero();
  }

  private static Fcvm.Running waiting(Fcvm fcvm, String name) throws Exception {
    List<String> inMachine = List.of("machine", "exec", "-i", "--", "/mnt/fcvm/dist/bin/fcvm");
    List<String> run = List.of("podman", "run", "-i", "--name", name);
    List<String> rest =
        List.of("-v", "/var/tmp/shared:/work", BUSYBOX, "sh", "-c", "echo up; read line");
    return fcvm.piped(Stream.of(inMachine, run, rest).flatMap(List::stream).toArray(String[]::new));
  }

  @Test
  void whatIsNotThereIsSaidBeforeAnythingStarts() throws Exception {
    Fcvm.Result result =
        new Fcvm("amd64").run("podman", "run", "-v", dir + "/nosuch:/d", BUSYBOX, "true");
    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.err()).contains(dir + "/nosuch", "no such file or directory");
  }
}
