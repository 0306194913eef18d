@echo off
rem Runs the lab on Windows. Untested: written from the documentation of cmd, never run.
rem Finds a JDK 25 in JAVA_HOME, on the PATH or in the usual folders, builds the lab when it is missing.
setlocal EnableExtensions
set "ROOT=%~dp0"
set "JDK="

if defined JAVA_HOME call :consider "%JAVA_HOME%"
for /f "delims=" %%J in ('where java 2^>nul') do call :consider "%%~dpJ.."
for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\*" "%ProgramFiles%\Zulu\*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\BellSoft\*" "%USERPROFILE%\.jdks\*" "%USERPROFILE%\.sdkman\candidates\java\*") do call :consider "%%~D"
if not defined JDK (
    echo allod: no JDK 25 found ^(looked at JAVA_HOME, PATH and the usual folders^); install one or set JAVA_HOME 1>&2
    exit /b 1
)

if exist "%ROOT%lab\target\allod-lab.jar" if exist "%ROOT%lab\target\lib\allod.jar" goto run
where mvn >nul 2>nul
if errorlevel 1 (
    echo allod: Maven is needed to build the lab, and no mvn is on the PATH 1>&2
    exit /b 1
)
echo allod: building the lab, which is done once ^(delete lab\target to have it done again^) ... 1>&2
setlocal
set "JAVA_HOME=%JDK%"
call mvn -q -B -ntp -Dmaven.test.skip=true -f "%ROOT%pom.xml" -pl lab -am package 1>&2
if errorlevel 1 (
    echo allod: the build failed, see above 1>&2
    exit /b 1
)
endlocal

:run
"%JDK%\bin\java" -XX:+UseSerialGC "-Dallod.root=%ROOT%." --enable-native-access=org.allod,org.allod.lab -p "%ROOT%lab\target\allod-lab.jar;%ROOT%lab\target\lib" -m org.allod.lab/org.allod.lab.cli.Main %*
exit /b %errorlevel%

:consider
if defined JDK exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
findstr /b /c:"JAVA_VERSION=\"25" "%~1\release" >nul 2>nul
if not errorlevel 1 set "JDK=%~1"
exit /b 0
