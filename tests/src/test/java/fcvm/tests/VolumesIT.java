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

  // In the guests' systems, because the image has no program that locks. Both start at once, so
  // that one waits while the other plugs the directory in.
  @Test
  void locksAreSeenByTheOtherVm() throws Exception {
    Fcvm fcvm = new Fcvm(Fcvm.EITHER);
    Fcvm.Running one = waiting(fcvm, "one", "-v", work + ":/work");
    Fcvm.Running two = waiting(fcvm, "two", "-v", work + ":/work", "-v", work + ":/again");
    one.awaitOutput("up", PATIENCE);
    two.awaitOutput("up", PATIENCE);
    assertThat(directoriesInMachine(fcvm)).as("one for all").hasSize(1);
    String first = "/run/fcvm/volumes/0/given";
    String second = "/run/fcvm/volumes/1/given";
    locksAreSeen(fcvm, "flock " + first, "flock " + first);
    locksAreSeen(fcvm, "flock " + first, "flock " + second);
    locksAreSeen(fcvm, "flock --fcntl " + first, "flock --fcntl " + first);
    locksAreSeen(fcvm, "flock --fcntl " + first, "flock --fcntl " + second);

    one.signal("KILL");
    assertThat(one.await(PATIENCE).exitCode()).isEqualTo(137);
    Fcvm.Result stillThere = fcvm.run("exec", "--vm", "two", "--", "sh", "-c", "cat " + first);
    assertThat(stillThere.out()).as(stillThere.err()).isEqualTo("from the computer\n");
    two.type("end\n");
    Fcvm.Result result = two.await(PATIENCE);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(directoriesInMachine(fcvm)).isEmpty();
    assertThat(serversOfVolumes()).isEmpty();
  }

  private static Fcvm.Running waiting(Fcvm fcvm, String name, String... volumes) throws Exception {
    List<String> run = List.of("podman", "run", "-i", "--name", name);
    List<String> rest = List.of(BUSYBOX, "sh", "-c", "echo up; read line");
    return fcvm.piped(
        Stream.of(run, List.of(volumes), rest).flatMap(List::stream).toArray(String[]::new));
  }

  private static void locksAreSeen(Fcvm fcvm, String inOne, String inTwo) throws Exception {
    String hold = inOne + " sh -c 'echo held; read line'";
    Fcvm.Running holder = fcvm.piped("exec", "-i", "--vm", "one", "--", "sh", "-c", hold);
    holder.awaitOutput("held", PATIENCE);
    String ask =
        inTwo.replace("flock", "flock -n")
            + " sh -c 'echo wrong' || echo busy; "
            + inTwo
            + " sh -c 'echo free'";
    Fcvm.Running waiter = fcvm.start("exec", "--vm", "two", "--", "sh", "-c", ask);
    waiter.awaitOutput("busy", PATIENCE);
    holder.type("release\n");
    assertThat(holder.await(PATIENCE).exitCode()).isZero();
    assertThat(waiter.await(PATIENCE).out()).as(inOne + ", " + inTwo).isEqualTo("busy\nfree\n");
  }

  // Where they are mounted.
  private static List<String> directoriesInMachine(Fcvm fcvm) throws Exception {
    String list = "cd /run/fcvm/volumes 2>/dev/null && ls; true";
    Fcvm.Result result = fcvm.run("machine", "exec", "--", "sh", "-c", list);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out().lines().toList();
  }

  private static List<String> serversOfVolumes() throws Exception {
    return Leftovers.running().stream().filter(line -> line.contains("/run/volume")).toList();
  }

  @Test
  void whatAKilledRunLeftIsNoTroubleForTheNext() throws Exception {
    Fcvm fcvm = new Fcvm(Fcvm.EITHER);
    assertThat(fcvm.run("machine", "start").exitCode()).isZero();
    Fcvm.Running killed = fcvm.start("podman", "run", "-v", work + ":/work", BUSYBOX, "true");
    while (killed.process().isAlive() && directoriesInMachine(fcvm).isEmpty()) {
      Thread.sleep(100);
    }
    killed.signal("KILL");
    assertThat(killed.await(PATIENCE).exitCode()).isEqualTo(137);
    Fcvm.Result next = fcvm.run("podman", "run", "-v", kept + ":/d", BUSYBOX, "ls", "-A", "/d");
    assertThat(next.exitCode()).as(next.err()).isZero();
    assertThat(next.out()).isEmpty();
    assertThat(directoriesInMachine(fcvm)).isEmpty();
    assertThat(serversOfVolumes()).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaidBeforeAnythingStarts() throws Exception {
    Fcvm.Result result =
        new Fcvm(Fcvm.EITHER).run("podman", "run", "-v", dir + "/nosuch:/d", BUSYBOX, "true");
    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.err()).contains(dir + "/nosuch", "no such file or directory");
  }
}
