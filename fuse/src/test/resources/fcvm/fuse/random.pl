# Anything done to the content of a few files in any order, by calls, mappings and copies, and what is
# in them then.
use Digest::MD5 'md5_hex';
srand 4711;
my $max = 300_000;
my @files = qw(a b c);
sub any { int rand shift }
sub file { my $f = $files[any(3)]; sysopen my $h, $f, O_RDWR | O_CREAT or die "open $f: $!"; ($f, $h) }
sub data { my $size = shift; substr pack('N*', map { any(1 << 32) } 0 .. $size / 4), 0, $size }
my %kept;
my @acts = (
  sub { my ($f, $h) = file(); my ($at, $size) = (any($max), any(70_000)); outcome(ok(call('pwrite', fileno $h, data($size), $size, $at))) },
  sub { my ($f, $h) = file(); my $b = "\0" x any(100_000); my $r = call('pread', fileno $h, $b, length $b, any($max)); $r . md5_hex(substr $b, 0, $r < 0 ? 0 : $r) },
  sub { my ($f, $h) = file(); outcome(truncate $h, any($max)) }, sub { outcome(truncate $files[any(3)], any($max)) },
  sub { my ($f, $h) = file(); sysopen my $a, $f, O_WRONLY | O_APPEND or die; return 'full' if -s $a > $max; outcome(defined syswrite $a, data(any(9000))) },
  sub { my ($f, $h) = file(); outcome(ok(call('fallocate', fileno $h, (0, 1, 3, 16, 17)[any(5)], any($max), 1 + any(50_000)))) },
  sub { my ($f, $h) = file(); my ($g, $i) = file(); my ($from, $to) = map { pack 'q', any($max) } 1, 2; my $size = 1 + any(50_000); $f eq $g ? 'same' : outcome(ok(call('copy_file_range', fileno $h, $from, fileno $i, $to, $size, 0))) },
  sub { my ($f, $h) = file(); my ($g, $i) = file(); my $pages = (-s $h) >> 12; return 'none' if !$pages || $f eq $g; my $at = call('mmap', 0, $pages << 12, 3, 1, fileno $h, 0); my $r = call('pread', fileno $i, $at + any($pages << 11), any($pages << 11), any($max)); call('msync', $at, $pages << 12, 4) if any(2); call('munmap', $at, $pages << 12); $r },
  sub { my ($f, $h) = file(); sysopen my $o, $f, O_WRONLY | O_TRUNC if !any(10); outcome(ok(call('fdatasync', fileno $h))) },
  sub { my ($f, $g) = @files[any(3), any(3)]; outcome(rename $f, $g) },
  sub { my ($f, $h) = file(); $kept{$f} = $h; unlink $f if any(2); 'kept' },
  sub { my ($f) = keys %kept or return 'none'; my $h = delete $kept{ (sort keys %kept)[0] }; my $size = any(5000); call('pwrite', fileno $h, data($size), $size, any($max)); my $b = "\0" x $max; my $r = call('pread', fileno $h, $b, $max, 0); $r . md5_hex(substr $b, 0, $r) . ' n' . (stat $h)[3] },
);
for (1 .. 3000) {
  my $act = any(scalar @acts);
  my $o = $acts[$act]->();
  say_($act, $o, $_ % 20 ? () : map { my $f = $_; -e $f ? do { sysopen my $h, $f, O_RDONLY; local $/; my $all = <$h>; (-s $h) . md5_hex($all) } : 'none' } @files);
}
