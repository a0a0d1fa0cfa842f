package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.agent.Guest.Result;
import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecRequest.Target;
import fcvm.agent.protocol.WindowSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ExecServiceTest {
  private static Guest guest;

  @TempDir Path dir;

  @BeforeAll
  static void start() throws IOException {
    guest = new Guest();
  }

  @AfterAll
  static void stop() throws IOException {
    guest.close();
  }

  @Test
  void outputAndExitCodeComeBack() throws IOException {
    Result result = guest.sh("printf out; printf err >&2; exit 7");
    assertThat(result.code()).isEqualTo(7);
    assertThat(result.out()).isEqualTo("out");
    assertThat(result.err()).isEqualTo("err");
  }

  @Test
  void aSignalIsACodeOver128() throws IOException {
    assertThat(guest.sh("kill -9 $$").code()).isEqualTo(137);
    assertThat(guest.sh("kill -TERM $$").code()).isEqualTo(143);
  }

  @Test
  void whatCannotBeRunIs126Or127() throws IOException {
    Result missing = guest.run(Guest.request("nosuch"), new byte[0]);
    assertThat(missing.code()).isEqualTo(127);
    assertThat(missing.stdout()).isEmpty();
    assertThat(missing.err())
        .isEqualTo("Error: executing \"nosuch\": ENOENT (no such file or directory)\n");
    Path plain = Files.writeString(dir.resolve("plain"), "x");
    assertThat(guest.run(Guest.request(plain.toString()), new byte[0]).code()).isEqualTo(126);
    assertThat(guest.run(Guest.request("/"), new byte[0]).code()).isEqualTo(126);
  }

  @Test
  void aMissingWorkingDirectoryIsSaid() throws IOException {
    byte[] directory = "/no/such".getBytes(StandardCharsets.UTF_8);
    Result result = guest.run(with(List.of(), directory, "", "true"), new byte[0]);
    assertThat(result.code()).isEqualTo(127);
    assertThat(result.err()).contains("working directory \"/no/such\"");
  }

  @Test
  void theEnvironmentIsTheSystemsAndTheRequests() throws IOException {
    byte[] entry = {'X', '=', (byte) 0xff, ' ', '\n'};
    byte[] home = "HOME=/tmp".getBytes(StandardCharsets.UTF_8);
    String script = "printf '%s|%s|%s|' \"$X\" $HOME $FROM_SYSTEM; pwd";
    ExecRequest request = with(List.of(entry, home), new byte[] {'/'}, "", "sh", "-c", script);
    String out = new String(guest.run(request, new byte[0]).stdout(), StandardCharsets.ISO_8859_1);
    assertThat(out).isEqualTo("\u00ff \n|/tmp|yes|/\n");
  }

  @Test
  void anotherUserIsThatUser() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "only root can become another user, through setpriv");
    ExecRequest request = with(List.of(), new byte[0], "nobody", "id", "-un");
    assertThat(guest.run(request, new byte[0]).out()).isEqualTo("nobody\n");
    ExecRequest number = with(List.of(), new byte[0], "12345:54321", "sh", "-c", "id -u; id -g");
    assertThat(guest.run(number, new byte[0]).out()).isEqualTo("12345\n54321\n");
    ExecRequest nobody = with(List.of(), new byte[0], "no-such-user", "true");
    assertThat(guest.run(nobody, new byte[0]).code()).isEqualTo(125);
  }

  @Test
  void anyBytesGoThroughArgumentsInputAndOutput() throws IOException {
    byte[] odd = {'a', (byte) 0xff, '\n', (byte) 0x80, ' ', '"'};
    List<byte[]> argv = List.of(bytes("printf"), bytes("%s"), odd);
    assertThat(guest.run(Guest.request(false, false, argv), new byte[0]).stdout()).isEqualTo(odd);
    byte[] data = new byte[1_000_000];
    new Random(1).nextBytes(data);
    Result result = guest.run(Guest.interactive("cat"), data);
    assertThat(result.code()).isZero();
    assertThat(result.stdout()).isEqualTo(data);
  }

  @Test
  void withoutInteractiveThereIsNoInput() throws IOException {
    assertThat(guest.run(Guest.request("cat"), bytes("x")).stdout()).isEmpty();
  }

  @Test
  void aHundredMegabytesArriveWhole() throws Exception {
    int length = 100_000_000;
    String script = "head -c " + length + " /dev/zero | tr '\\0' 'x'; printf end";
    Checksum checksum = new Checksum();
    try (var connection = guest.connect()) {
      ExecRequest request = Guest.request("sh", "-c", script);
      var session =
          guest.session(
              connection,
              request,
              InputStream.nullInputStream(),
              checksum,
              OutputStream.nullOutputStream());
      assertThat(session.await()).isZero();
    }
    Checksum expected = new Checksum();
    byte[] block = "x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
    for (int done = 0; done < length; done += block.length) {
      expected.write(block, 0, block.length);
    }
    expected.write(bytes("end"), 0, 3);
    assertThat(checksum.count()).isEqualTo(length + 3);
    assertThat(checksum.value()).isEqualTo(expected.value());
  }

  @Test
  void aCommandThatEndsAtOnceHasItsCode() throws IOException {
    for (int i = 0; i < 50; i++) {
      assertThat(guest.sh("exit " + i).code()).isEqualTo(i);
    }
  }

  @Test
  void whatACommandLeavesBehindDoesNotHoldItsEnd() throws IOException {
    Path pid = dir.resolve("pid");
    Result result = guest.sh("echo before; sleep 1000 & echo $! > " + pid + "; exit 3");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("before\n");
    assertThat(guest.sh("kill " + Files.readString(pid)).code()).isZero();
  }

  @Test
  void whatACommandLeavesBehindMayNotWriteForEver() throws IOException {
    Result result = guest.sh("(while :; do echo again; done) & exit 4");
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.out()).matches("(?s)(again\n)*(a|ag|aga|agai|again)?");
  }

  @Test
  void aHundredAtOnce() throws Exception {
    List<Callable<Result>> commands = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] data = new byte[10_000 + i];
      new Random(i).nextBytes(data);
      int code = i;
      ExecRequest request = Guest.interactive("sh", "-c", "cat; exit " + code);
      commands.add(() -> {
        Result result = guest.run(request, data);
        assertThat(result.stdout()).isEqualTo(data);
        return result;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(100)) {
      List<Future<Result>> results = threads.invokeAll(commands);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get().code()).isEqualTo(i);
      }
    }
  }

  private static ExecRequest with(
      List<byte[]> environment, byte[] directory, String user, String... argv) {
    List<byte[]> bytes = new ArrayList<>();
    for (String argument : argv) {
      bytes.add(bytes(argument));
    }
    return new ExecRequest(
        Target.SYSTEM, bytes, environment, directory, user, false, false, WindowSize.UNKNOWN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
