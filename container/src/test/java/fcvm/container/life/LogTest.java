package fcvm.container.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Mount;
import fcvm.linux.ThreadCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.123456789Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path dir;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(List<LogRecord> records, LogRecord.Stream stream) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    records.stream()
        .filter(record -> record.stream() == stream)
        .forEach(record -> all.writeBytes(record.bytes()));
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Property(tries = 200)
  void whatIsWrittenComesBackByteForByte(
      @ForAll @Size(max = 20) List<@Size(max = 40) byte[]> pieces) throws IOException {
    Path directory = Files.createTempDirectory("log"); // jqwik knows no @TempDir
    Path file = directory.resolve("log");
    try {
      comesBack(file, pieces);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  private static void comesBack(Path file, List<byte[]> pieces) throws IOException {
    ByteArrayOutputStream odd = new ByteArrayOutputStream();
    ByteArrayOutputStream even = new ByteArrayOutputStream();
    try (LogWriter log = new LogWriter(file, 1 << 20, CLOCK)) {
      OutputStream out = log.stream(LogRecord.Stream.STDOUT);
      OutputStream err = log.stream(LogRecord.Stream.STDERR);
      for (int i = 0; i < pieces.size(); i++) {
        (i % 2 == 0 ? out : err).write(pieces.get(i));
        (i % 2 == 0 ? even : odd).writeBytes(pieces.get(i));
      }
    }
    try (LogReader log = new LogReader(file)) {
      List<LogRecord> all = log.rest(-1, _ -> true);
      assertThat(text(all, LogRecord.Stream.STDOUT))
          .isEqualTo(even.toString(StandardCharsets.ISO_8859_1));
      assertThat(text(all, LogRecord.Stream.STDERR))
          .isEqualTo(odd.toString(StandardCharsets.ISO_8859_1));
    }
  }

  @Property(tries = 500)
  void anyLineIsARecordOrNone(@ForAll @Size(max = 80) byte[] line) {
    LogRecord.parse(line)
        .ifPresent(record -> assertThat(record.text().length).isLessThan(line.length));
  }

  @Test
  void aLineIsWhatPodmansLogsHave() throws Exception {
    Path file = dir.resolve("log");
    try (LogWriter log = new LogWriter(file, 1 << 20, CLOCK)) {
      log.stream(LogRecord.Stream.STDOUT).write(bytes("one\ntw"));
      log.stream(LogRecord.Stream.STDERR).write(bytes("\n"));
    }
    assertThat(file)
        .hasContent(NOW + " stdout F one\n" + NOW + " stdout P tw\n" + NOW + " stderr F \n");
    assertThat(Files.getPosixFilePermissions(file).toString()).doesNotContain("GROUP", "OTHERS");
  }

  @Test
  void itIsBoundedAndKeepsTheEnd() throws Exception {
    Path file = dir.resolve("log");
    try (LogWriter log = new LogWriter(file, 1000, CLOCK)) {
      OutputStream out = log.stream(LogRecord.Stream.STDOUT);
      for (int i = 0; i < 500; i++) {
        out.write(bytes("line " + i + "\n"));
      }
    }
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("log", "log.1");
    }
    assertThat(Files.size(file) + Files.size(LogWriter.previous(file))).isLessThan(2001);
    try (LogReader log = new LogReader(file)) {
      assertThat(text(log.rest(3, _ -> true), LogRecord.Stream.STDOUT))
          .isEqualTo("line 497\nline 498\nline 499\n");
    }
    try (LogReader log = new LogReader(file)) {
      Predicate<LogRecord> isEven = record -> record.text()[record.text().length - 1] % 2 == 0;
      assertThat(text(log.rest(2, isEven), LogRecord.Stream.STDOUT))
          .as("the last of what is wanted")
          .isEqualTo("line 496\nline 498\n");
    }
  }

  @Test
  void aReaderFollowsThroughRotations() throws Exception {
    Path file = dir.resolve("log");
    List<LogRecord> seen = new ArrayList<>();
    try (LogWriter log = new LogWriter(file, 1000, CLOCK);
        LogReader reader = new LogReader(file)) {
      OutputStream out = log.stream(LogRecord.Stream.STDOUT);
      StringBuilder wanted = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        out.write(bytes("line " + i + "\n"));
        wanted.append("line ").append(i).append('\n');
        seen.addAll(reader.rest(-1, _ -> true));
      }
      assertThat(text(seen, LogRecord.Stream.STDOUT)).isEqualTo(wanted.toString());
    }
  }

  @Test
  void theLastLinesAreWholeOnes() throws Exception {
    Path file = dir.resolve("log");
    try (LogWriter log = new LogWriter(file, 1 << 20, CLOCK)) {
      OutputStream out = log.stream(LogRecord.Stream.STDOUT);
      for (String piece : List.of("a\n", "b", "b", "b\n", "c")) {
        out.write(bytes(piece));
      }
    }
    for (int tail = 0; tail < 5; tail++) {
      try (LogReader log = new LogReader(file)) {
        assertThat(text(log.rest(tail, _ -> true), LogRecord.Stream.STDOUT))
            .isEqualTo(List.of("", "c", "bbb\nc", "a\nbbb\nc", "a\nbbb\nc").get(tail));
      }
    }
  }

  @Test
  void aLogThatCannotBeWrittenCostsLinesOnly() throws Exception {
    Path file = dir.resolve("log");
    try (LogWriter log = new LogWriter(file, 1000, CLOCK)) {
      OutputStream out = log.stream(LogRecord.Stream.STDOUT);
      out.write(bytes("before\n"));
      Path blocked = LogWriter.previous(file);
      Files.createDirectories(blocked.resolve("in-the-way")); // a rotation cannot replace it
      for (int i = 0; i < 40; i++) {
        out.write(bytes("x".repeat(30) + "\n"));
      }
      Files.delete(blocked.resolve("in-the-way"));
      out.write(bytes("after\n"));
    }
    try (LogReader log = new LogReader(file)) {
      List<LogRecord> all = log.rest(-1, _ -> true);
      assertThat(text(all, LogRecord.Stream.FCVM)).matches("\\d+ bytes of output are missing.*\n");
      assertThat(text(all, LogRecord.Stream.STDOUT)).startsWith("before\n").endsWith("\nafter\n");
    }
  }

  @Test
  void aFullDiskCostsLinesOnly() throws Exception {
    assumeTrue(ThreadCredentials.isRoot(), "only root mounts a small disk");
    Path disk = Files.createDirectory(dir.resolve("disk"));
    Mount.mount("log-test", disk.toString(), "tmpfs", 0, "size=64k");
    try {
      Path file = disk.resolve("log");
      try (LogWriter log = new LogWriter(file, 1 << 20, CLOCK)) {
        OutputStream out = log.stream(LogRecord.Stream.STDOUT);
        out.write(bytes("before\n"));
        Path filler = Files.write(disk.resolve("filler"), new byte[40 << 10]);
        for (int i = 0; i < 1000; i++) {
          out.write(bytes("x".repeat(30) + "\n"));
        }
        Files.delete(filler);
        out.write(bytes("after\n"));
      }
      try (LogReader log = new LogReader(file)) {
        List<LogRecord> all = log.rest(-1, _ -> true);
        assertThat(text(all, LogRecord.Stream.FCVM))
            .matches("\\d+ bytes of output are missing.*\n");
        assertThat(text(all, LogRecord.Stream.STDOUT)).startsWith("before\n").endsWith("after\n");
      }
    } finally {
      assertThat(Mount.detachResult(disk.toString())).isZero();
    }
  }

  @Test
  void whatAKilledWriterLeftHalfIsDropped() throws Exception {
    Path file = Files.writeString(dir.resolve("log"), NOW + " stdout F one\n" + NOW + " stdo");
    try (LogWriter log = new LogWriter(file, 1 << 20, CLOCK)) {
      log.stream(LogRecord.Stream.STDOUT).write(bytes("two\n"));
    }
    try (LogReader log = new LogReader(file)) {
      assertThat(text(log.rest(-1, _ -> true), LogRecord.Stream.STDOUT)).isEqualTo("one\ntwo\n");
    }
  }

  @Test
  void withoutALogThereIsNothingToRead() throws Exception {
    try (LogReader log = new LogReader(dir.resolve("log"))) {
      assertThat(log.rest(-1, _ -> true)).isEmpty();
    }
  }
}
