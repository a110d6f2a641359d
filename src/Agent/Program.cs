Console.WriteLine("connect");
