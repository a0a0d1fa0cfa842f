package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Spawn.Stdio;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnTest {
  private static final byte[] HERE = {};
  private static final List<byte[]> ENVIRONMENT =
      List.of(bytes("PATH=/usr/local/bin:/usr/bin:/bin"));

  @TempDir Path dir;

  @Test
  void argumentsAndEnvironmentAreBytes() throws Exception {
    byte[] odd = {'a', (byte) 0xff, '\n', ' ', '\'', (byte) 0x80};
    byte[] entry = {'X', '=', (byte) 0xfe, '"'};
    assertThat(output(List.of(entry), HERE, bytes("printf"), bytes("%s"), odd)).isEqualTo(odd);
    assertThat(output(List.of(entry), HERE, bytes("env")))
        .containsSequence(entry)
        .hasSize(entry.length + 1 + ENVIRONMENT.getFirst().length + 1);
  }

  @Test
  void theDirectoryIsTheOneAskedFor() throws Exception {
    Path odd = Files.createDirectory(dir.resolve("a b"));
    String said = text(output(List.of(), bytes(odd.toString()), bytes("pwd")));
    assertThat(said).isEqualTo(odd.toRealPath() + "\n");
  }

  @Test
  void aChildHasNoDescriptorsOfOurs() throws Exception {
    try (Fd _ = Fd.open("/dev/null", Fd.O_RDONLY)) {
      // The directory that ls reads is its own fourth.
      String said = text(output(List.of(), HERE, bytes("ls"), bytes("/proc/self/fd")));
      assertThat(said).isEqualTo("0\n1\n2\n3\n");
    }
  }

  @Test
  void aChildGetsOneMoreIfItIsToldTo() throws Exception {
    List<UnixSocket> pair = UnixSocket.pair();
    try (Fd nothing = Fd.open("/dev/null", Fd.O_RDWR);
        UnixSocket ours = pair.get(0);
        UnixSocket theirs = pair.get(1)) {
      int pid =
          new Spawn(
                  bytes("/bin/sh"),
                  List.of(bytes("sh"), bytes("-c"), bytes("echo hello >&3; exit 7")),
                  ENVIRONMENT,
                  HERE,
                  new Stdio.AndOneMore(
                      new Stdio.Descriptors(nothing, nothing, nothing), theirs.fd()))
              .startResult();
      assertThat(Children.await(pid)).isEqualTo(7);
      java.lang.foreign.MemorySegment said = java.lang.foreign.Arena.ofAuto().allocate(100);
      assertThat(ours.readResult(said)).isEqualTo(6);
      assertThat(said.getString(0)).isEqualTo("hello\n");
    }
  }

  @Test
  void aChildHasDefaultSignalsAndItsOwnSession() throws Exception {
    String status = text(output(List.of(), HERE, bytes("cat"), bytes("/proc/self/status")));
    // glibc's posix_spawn leaves its two internal signals, 32 and 33, ignored.
    assertThat(status)
        .contains("SigBlk:\t0000000000000000")
        .containsPattern("SigIgn:\t0{7}[01][08]0{7}");
    String stat = text(output(List.of(), HERE, bytes("cat"), bytes("/proc/self/stat")));
    // pid (comm) state ppid pgrp session
    String[] fields = stat.split(" ", -1);
    assertThat(fields[4]).isEqualTo(fields[0]);
    assertThat(fields[5]).isEqualTo(fields[0]);
  }

  @Test
  void whatCannotBeExecutedSaysWhy() throws Exception {
    Path plain = Files.writeString(dir.resolve("plain"), "x");
    assertThat(start(bytes("/no/such"), HERE)).isEqualTo(-Errno.ENOENT.number());
    assertThat(start(bytes("nosuch"), HERE)).isEqualTo(-Errno.ENOENT.number());
    assertThat(start(bytes(plain.toString()), HERE)).isEqualTo(-Errno.EACCES.number());
    assertThat(start(bytes("/"), HERE)).isEqualTo(-Errno.EACCES.number());
    assertThat(start(bytes("true"), bytes("/no/such"))).isEqualTo(-Errno.ENOENT.number());
    assertThat(plain.toFile().setExecutable(true)).isTrue();
    assertThat(start(bytes(plain.toString()), HERE)).isEqualTo(-Errno.ENOEXEC.number());
  }

  @Test
  void aProgramIsFoundInItsOwnPath() throws Exception {
    Path program = Files.writeString(dir.resolve("prog"), "#!/bin/sh\necho found\n");
    List<byte[]> path = List.of(bytes("PATH=/nowhere:" + dir));
    // Not executable: known, so that the exec fails for that reason.
    assertThat(ProgramPath.find(bytes("prog"), path)).isEqualTo(bytes(program.toString()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(text(output(path, HERE, bytes("prog")))).isEqualTo("found\n");
    assertThat(ProgramPath.find(bytes("prog"), List.of())).isEqualTo(bytes("prog"));
    assertThat(ProgramPath.find(bytes("./prog"), path)).isEqualTo(bytes("./prog"));
  }

  @Test
  void aTerminalIsTheControllingOne() throws Exception {
    try (Pty pty = Pty.open()) {
      pty.resize(33, 77);
      byte[] script = bytes("tty; stty size < /dev/tty; exit 7");
      Stdio stdio = new Stdio.Terminal(pty.name());
      int pid = spawn(HERE, stdio, List.of(), bytes("sh"), bytes("-c"), script);
      assertThat(pid).isPositive();
      assertThat(text(readAll(pty.master()))).isEqualTo(pty.name() + "\r\n33 77\r\n");
      assertThat(ended(pid)).isEqualTo(7);
    }
  }

  @Test
  void aSignalIsACodeOver128() throws Exception {
    try (Fd none = Fd.open("/dev/null", Fd.O_RDWR)) {
      Stdio stdio = new Stdio.Descriptors(none, none, none);
      int pid = spawn(HERE, stdio, List.of(), bytes("sleep"), bytes("1000"));
      assertThat(Children.killResult(-pid, Children.SIGKILL)).isZero();
      assertThat(ended(pid)).isEqualTo(128 + Children.SIGKILL);
    }
  }

  private static int start(byte[] program, byte[] directory) throws IOException {
    try (Fd none = Fd.open("/dev/null", Fd.O_RDWR)) {
      return spawn(directory, new Stdio.Descriptors(none, none, none), List.of(), program);
    }
  }

  private static byte[] output(List<byte[]> environment, byte[] directory, byte[]... argv)
      throws IOException {
    try (Fd none = Fd.open("/dev/null", Fd.O_RDWR);
        Pipe pipe = Pipe.open()) {
      Stdio stdio = new Stdio.Descriptors(none, pipe.writer(), none);
      int pid = spawn(directory, stdio, environment, argv);
      assertThat(pid).isPositive();
      pipe.writer().close();
      byte[] output = readAll(pipe.reader());
      assertThat(ended(pid)).isZero();
      return output;
    }
  }

  private static int spawn(
      byte[] directory, Stdio stdio, List<byte[]> environment, byte[]... argv) {
    List<byte[]> whole = new ArrayList<>(ENVIRONMENT);
    whole.addAll(environment);
    byte[] path = ProgramPath.find(argv[0], whole);
    return new Spawn(path, List.of(argv), whole, directory, stdio).startResult();
  }

  private static int ended(int pid) throws IOException {
    // The only child there is: tests of a class run one after the other.
    Children.Ended ended = Children.awaitAny();
    Children.reap(ended.pid());
    assertThat(ended.pid()).isEqualTo(pid);
    return ended.code();
  }

  // A terminal that nobody has open any more answers EIO.
  private static byte[] readAll(Fd fd) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      new FdInputStream(fd).transferTo(all);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("EIO");
    }
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
